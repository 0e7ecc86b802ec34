import Diagnostics
import StrictJSON

/// Encodes conversations as tokens, with a template and a tokenizer that fits it.
public struct ChatEncoder: Sendable {
  /// How conversations become tokens.
  private enum Writing {
    /// With a built-in template, whose frames and answers are tokenized separately.
    case builtIn(Template, prefix: [Int32], endOfTurn: Int32)
    /// With the model's own template, whose text is tokenized in one piece.
    case model(ModelTemplate)
  }

  /// The built-in template; nil for the model's own.
  public var template: Template? {
    if case .builtIn(let template, _, _) = writing { template } else { nil }
  }

  /// The tokens that end an answer: the template's end of turn and the tokenizer's end-of-text.
  public let stopIDs: [Int32]
  private let encoder: TextEncoder
  private let writing: Writing

  /// Combines a built-in template and a tokenizer.
  ///
  /// - Throws: `UserError` of kind `recipe` if the tokenizer splits a token that the template needs; the message names
  ///   the token and the templates that fit.
  public init(template: Template, encoder: TextEncoder) throws {
    switch Self.fit(template, encoder) {
    case .success(let fit):
      self.encoder = encoder
      self.writing = .builtIn(template, prefix: fit.prefix, endOfTurn: fit.endOfTurn)
      let endOfText = encoder.endOfText ?? fit.endOfTurn
      self.stopIDs = endOfText == fit.endOfTurn ? [endOfText] : [fit.endOfTurn, endOfText]
    case .failure(let misfit):
      let fitting = Template.builtIn.filter { (try? Self.fit($0, encoder).get()) != nil }.map(\.name.rawValue)
      throw UserError.recipe(
        "data.template: '\(template.name.rawValue)' does not fit this tokenizer: \(misfit.reason); templates that fit: "
          + (fitting.isEmpty ? "none" : fitting.joined(separator: ", ")))
    }
  }

  /// Combines a model's own template and its tokenizer.
  init(_ model: ModelTemplate, _ encoder: TextEncoder) {
    self.encoder = encoder
    writing = .model(model)
    stopIDs = [Self.endOfTurn(model, encoder), encoder.endOfText].compactMap { $0 }
  }

  /// The tokens of a complete conversation, and the positions of the assistant's messages with the tokens that end
  /// them.
  ///
  /// - Returns: one row; or one row for each assistant message, up to and including it, if the model's own template
  ///   writes a message differently once others follow.
  /// - Throws: `UserError` for a conversation that the template cannot write; the message does not name the record.
  public func rows(of messages: [Message], context: ChatContext = ChatContext()) throws -> [ChatRow] {
    switch writing {
    case .builtIn(let template, let prefix, let endOfTurn):
      return [encode(try template.segments(of: messages, context: context), prefix, endOfTurn)]
    case .model(let model): return try model.turns(of: messages, context: context).map { $0.row(encoder) }
    }
  }

  /// The tokens of a complete conversation in one row, even if the template shortens earlier messages.
  ///
  /// - Throws: `UserError` for a conversation that the template cannot write; the message does not name the record.
  public func wholeRow(of messages: [Message], context: ChatContext = ChatContext()) throws -> ChatRow {
    guard case .model(let model) = writing else { return try rows(of: messages, context: context)[0] }
    let ids = encoder.encode(try model.render(messages.map(\.templateValue), context: context, opensAnswer: false).text)
    return ChatRow(ids: ids, answers: [0..<ids.count])
  }

  /// The tokens up to the assistant's next answer: the same that precede the answer in training.
  ///
  /// - Throws: `UserError` for a conversation that the template cannot write; the message does not name the record.
  public func promptTokens(for messages: [Message], context: ChatContext = ChatContext()) throws -> [Int32] {
    switch writing {
    case .builtIn(let template, let prefix, let endOfTurn):
      return encode(try template.segments(of: messages, context: context, opensAnswer: true), prefix, endOfTurn).ids
    case .model(let model):
      return encoder.encode(try model.render(messages.map(\.templateValue), context: context, opensAnswer: true).text)
    }
  }

  /// The tokens before an answer to a conversation, and those of the answer with the token that ends the turn.
  ///
  /// - Throws: `UserError` for a conversation that the template cannot write; the message does not name the record.
  public func tokens(
    of answer: [Message], to messages: [Message], context: ChatContext = ChatContext()
  ) throws -> (prompt: [Int32], answer: [Int32]) {
    guard let row = try rows(of: messages + answer, context: context).last, let last = row.answers.last else {
      return (try promptTokens(for: messages, context: context), [])
    }
    return (Array(row.ids[..<last.lowerBound]), Array(row.ids[last]))
  }

  private func encode(_ segments: [TemplateSegment], _ prefix: [Int32], _ endOfTurn: Int32) -> ChatRow {
    var ids = prefix
    var answers: [Range<Int>] = []
    for segment in segments {
      switch segment {
      case .frame(let text): if !text.isEmpty { ids += encoder.encode(text) }
      case .answer(let text):
        let start = ids.count
        ids += (text.isEmpty ? [] : encoder.encode(text)) + [endOfTurn]
        answers.append(start..<ids.count)
      }
    }
    return ChatRow(ids: ids, answers: answers)
  }

  private struct Misfit: Error { let reason: String }

  /// The tokens that a template needs from a tokenizer, or why the two do not fit.
  private static func fit(
    _ template: Template, _ encoder: TextEncoder
  ) -> Result<(prefix: [Int32], endOfTurn: Int32), Misfit> {
    let endOfTurn: Int32
    switch template.endOfTurn {
    case .endOfText:
      guard let id = encoder.endOfText else {
        return .failure(
          Misfit(reason: "the template ends a turn with the end-of-text token, and the tokenizer has none"))
      }
      endOfTurn = id
    case .named(let name):
      guard let id = encoder.singleToken(name) else {
        return .failure(
          Misfit(reason: "the template ends a turn with '\(name)', which is not a single token of the tokenizer"))
      }
      endOfTurn = id
    }
    switch template.beginning {
    case .tokenizer: return .success((encoder.prefix, endOfTurn))
    case .preferring(let name):
      return .success((encoder.singleToken(name).map { [$0] } ?? encoder.prefix, endOfTurn))
    case .written(let name):
      guard encoder.singleToken(name) != nil else {
        return .failure(
          Misfit(reason: "the template begins a turn with '\(name)', which is not a single token of the tokenizer"))
      }
      return .success(([], endOfTurn))
    }
  }
}
