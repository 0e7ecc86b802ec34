import Diagnostics
import StrictJSON

/// A part of a rendered conversation.
public enum TemplateSegment: Sendable, Equatable {
  /// Text that the model is given: headers, the other roles' messages, line breaks after a turn.
  case frame(String)
  /// Text that the model should write: an assistant's message. The token that ends a turn follows it.
  case answer(String)
}

/// How a conversation is written for a model. Templates are values: adding one means creating another value.
///
/// No token spans the boundary between a frame and an answer, so that a model sees exactly the same tokens before an
/// answer at inference as in training (see ``ChatEncoder``).
public struct Template: Sendable {
  /// The token that ends an assistant's turn.
  public enum EndOfTurn: Sendable, Equatable {
    /// The tokenizer's end-of-text token.
    case endOfText
    /// The token of this name, which must be a single token of the tokenizer.
    case named(String)
  }

  /// Where the beginning-of-text token comes from.
  public enum Beginning: Sendable, Equatable {
    /// The tokenizer's post-processor adds it.
    case tokenizer
    /// The named token, once before the text, if the tokenizer has it; otherwise what its post-processor adds.
    case preferring(String)
    /// The template itself writes the named token, which must be a single token of the tokenizer.
    case written(String)
  }

  /// The name in the recipe.
  public let name: TemplateName
  /// The token that ends an assistant's turn.
  public let endOfTurn: EndOfTurn
  /// Where the beginning-of-text token comes from.
  public let beginning: Beginning
  private let render: @Sendable (_ messages: [Message], _ opensAnswer: Bool) throws -> [TemplateSegment]

  /// Creates a template from a function that turns messages into segments.
  ///
  /// - Parameter render: writes the messages and, if `opensAnswer` is true, the text that introduces the assistant's
  ///   next message. Throws `UserError` for conversations that the template cannot write.
  public init(
    name: TemplateName, endOfTurn: EndOfTurn, beginning: Beginning = .tokenizer,
    render: @escaping @Sendable (_ messages: [Message], _ opensAnswer: Bool) throws -> [TemplateSegment]
  ) {
    self.name = name
    self.endOfTurn = endOfTurn
    self.beginning = beginning
    self.render = render
  }

  /// The conversation as segments, with adjacent frames joined.
  ///
  /// - Parameter opensAnswer: whether to append the text that introduces the assistant's next message.
  /// - Throws: `UserError` for a conversation that the template cannot write; the message does not name the record.
  public func segments(
    of messages: [Message], context: ChatContext = ChatContext(), opensAnswer: Bool = false
  ) throws -> [TemplateSegment] {
    for (index, message) in messages.enumerated() where message.isInParts { try message.requireTextParts(at: index) }
    if let option = context.templateOptions?.keys.first {
      throw UserError.file(
        "the record gives the template the variable '\(option.prefix(40))' (chat_template_kwargs), but the template "
          + "'\(name.rawValue)' is built in and reads none; remove it, or use the model's own (data.template: model)")
    }
    let special = messages.enumerated().lazy.compactMap { index, message in
      message.specialKind.map { "message \(index + 1) has \($0)" }
    }.first
    if let found = context.tools.isEmpty ? special : "the record has 'tools'" {
      throw UserError.file(
        "\(found), but the template '\(name.rawValue)' writes only plain turns of system, user and assistant; the model's "
          + "own template may support it (data.template: model)")
    }
    var joined: [TemplateSegment] = []
    for segment in try render(messages, opensAnswer) {
      if case .frame(let text) = segment, case .frame(let before) = joined.last {
        joined[joined.count - 1] = .frame(before + text)
      } else {
        joined.append(segment)
      }
    }
    return joined
  }

  /// The built-in templates.
  public static let builtIn: [Template] = [alpaca, chatml, llama2, llama3, zephyr, plain]

  /// The built-in template of a name.
  ///
  /// - Throws: `UserError` of kind `recipe` for `model`, which is not built in (see ``ChatEncoder``).
  public static func named(_ name: TemplateName) throws -> Template {
    if let template = builtIn.first(where: { $0.name == name }) { return template }
    let names = builtIn.map(\.name.rawValue).joined(separator: ", ")
    throw UserError.recipe(
      "data.template: '\(name.rawValue)' is a model's own template; expected a built-in one: \(names)")
  }
}
