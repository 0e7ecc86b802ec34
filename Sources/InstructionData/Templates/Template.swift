import Diagnostics
import StrictJSON

/// A part of a rendered conversation.
public enum TemplateSegment: Sendable, Equatable {
  /// What the model is given: headers, the other roles' messages, line breaks behind a turn.
  case frame(String)
  /// What the model is to say: an assistant's message. The token that ends a turn follows it.
  case answer(String)
}

/// How a conversation is written for a model: a value, so that a new template is a new value.
///
/// Frames and answers are tokenized apart and joined, so that no token spans the boundary, and so that what a model is
/// given at inference is, token by token, what stood before the answer in training.
public struct Template: Sendable {
  /// The token that ends an assistant's turn.
  public enum EndOfTurn: Sendable, Equatable {
    /// The tokenizer's end-of-text token.
    case endOfText
    /// A token by its name; it must be one token of the tokenizer.
    case named(String)
  }

  /// Where the beginning-of-text token comes from.
  public enum Beginning: Sendable, Equatable {
    /// The tokenizer's post-processor says what stands before the text.
    case tokenizer
    /// The named token once before the text, where the tokenizer has it; else what its post-processor says.
    case preferring(String)
    /// The template writes the named token itself; it must be one token of the tokenizer.
    case written(String)
  }

  /// The recipe's word.
  public let name: TemplateName
  /// The token that ends an assistant's turn.
  public let endOfTurn: EndOfTurn
  /// Where the beginning-of-text token comes from.
  public let beginning: Beginning
  private let render: @Sendable (_ messages: [Message], _ opensAnswer: Bool) throws -> [TemplateSegment]

  /// Makes a template of a function from messages to segments.
  ///
  /// - Parameter render: writes the messages and, where `opensAnswer` is true, what stands before the assistant's
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

  /// The conversation as segments; neighbouring frames are one.
  ///
  /// - Parameter opensAnswer: also write what stands before the assistant's next message.
  /// - Throws: `UserError` for a conversation that the template cannot write; the message names no record.
  public func segments(
    of messages: [Message], tools: [JSONValue] = [], opensAnswer: Bool = false
  ) throws -> [TemplateSegment] {
    let special = messages.enumerated().lazy.compactMap { index, message in
      message.specialKind.map { "message \(index + 1) has \($0)" }
    }.first
    if let found = tools.isEmpty ? special : "the record has 'tools'" {
      throw UserError.file(
        "\(found), and the template '\(name.rawValue)' writes plain turns of system, user and assistant only; a model's "
          + "own template may know it (data.template: model)")
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

  /// The templates that come with Attune.
  public static let builtIn: [Template] = [alpaca, chatml, llama2, llama3, zephyr, plain]

  /// The built-in template of a name.
  ///
  /// - Throws: `UserError` of kind `recipe` for `model`, which belongs to a model (see ``ChatEncoder``).
  public static func named(_ name: TemplateName) throws -> Template {
    if let template = builtIn.first(where: { $0.name == name }) { return template }
    let names = builtIn.map(\.name.rawValue).joined(separator: ", ")
    throw UserError.recipe(
      "data.template: '\(name.rawValue)' is the template of a model and none that comes with Attune: those are \(names)"
    )
  }
}
