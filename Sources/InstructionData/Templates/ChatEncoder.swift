import Diagnostics
import StrictJSON

/// Encodes conversations as tokens, with a template and a tokenizer that fits it.
public struct ChatEncoder: Sendable {
  /// How conversations become tokens.
  enum Writing {
    /// With a built-in template.
    case builtIn(FittedTemplate)
    /// With the model's own template.
    case model(ModelTemplate)
  }

  /// The built-in template; nil for the model's own.
  public var template: Template? { if case .builtIn(let fitted) = writing { fitted.template } else { nil } }

  /// The tokens that end an answer: the template's end of turn and the tokenizer's end-of-text.
  public let stopIDs: [Int32]
  let encoder: TextEncoder
  let writing: Writing

  /// Combines a built-in template and a tokenizer.
  ///
  /// - Throws: `UserError` of kind `recipe` if the tokenizer splits a token that the template needs; the message names
  ///   the token and the templates that fit.
  public init(template: Template, encoder: TextEncoder) throws {
    do {
      let fitted = try FittedTemplate(template, encoder)
      self.encoder = encoder
      self.writing = .builtIn(fitted)
      let endOfText = encoder.endOfText ?? fitted.endOfTurn
      self.stopIDs = endOfText == fitted.endOfTurn ? [endOfText] : [fitted.endOfTurn, endOfText]
    } catch {
      let fitting = Template.builtIn.filter { (try? FittedTemplate($0, encoder)) != nil }.map(\.name.rawValue)
      throw UserError.recipe(
        "data.template: '\(template.name.rawValue)' does not fit this tokenizer: \(error.reason); templates that fit: "
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
  /// - Returns: one row; or one row for each learned assistant message, up to and including it, if the model's own
  ///   template writes a message differently once others follow.
  /// - Throws: `UserError` for a conversation that the template cannot write; the message does not name the record.
  public func rows(of messages: [Message], context: ChatContext = ChatContext()) throws -> [ChatRow] {
    try rows(of: messages, context: context, learned: messages.indices.filter { messages[$0].isLearned })
  }

  /// The same if other messages are learned than those that the record marks.
  ///
  /// - Parameter learned: the indices of the learned messages; what they say must be found in their answers.
  func rows(of messages: [Message], context: ChatContext, learned: [Int]) throws -> [ChatRow] {
    let answers = messages.indices.filter { messages[$0].role == .assistant }
    let parts = LostParts(messages: messages, context: context, learned: learned)
    switch writing {
    case .builtIn(let fitted):
      var row = fitted.row(try fitted.template.segments(of: messages, context: context), answers)
      row.lost = parts.lostInPlainTurns
      return [row]
    case .model(let model):
      return try model.rendering(messages, loses: { $0.flatMap(\.lost) }) { values in
        let turns = try model.turns(of: values, answers: answers, context: context)
        let isLearned = Set(learned)
        let kept = turns.filter { turn in turns.count == 1 || !isLearned.isDisjoint(with: turn.messages) }
        return zip(kept, parts.lost(in: kept)).map { turn, lost in
          var row = turn.row(encoder)
          row.lost = lost
          return row
        }
      }
    }
  }

  /// The tokens of a complete conversation in one row, even if the template shortens earlier messages.
  ///
  /// - Throws: `UserError` for a conversation that the template cannot write; the message does not name the record.
  public func wholeRow(of messages: [Message], context: ChatContext = ChatContext()) throws -> ChatRow {
    let answers = messages.indices.filter { messages[$0].role == .assistant }
    guard case .model(let model) = writing else {
      return try rows(of: messages, context: context, learned: answers)[0]
    }
    let parts = LostParts(messages: messages, context: context, learned: answers)
    return try model.rendering(messages, loses: \.lost) { values in
      let text = try model.render(values, context: context, opensAnswer: false).text
      let ids = encoder.encode(text)
      return ChatRow(ids: ids, answers: [0..<ids.count], messages: [], lost: parts.lost(in: text))
    }
  }

  /// The tokens up to the assistant's next answer: the same that precede the answer in training.
  ///
  /// - Throws: `UserError` for a conversation that the template cannot write; the message does not name the record.
  public func promptTokens(for messages: [Message], context: ChatContext = ChatContext()) throws -> [Int32] {
    try prompt(of: messages, context: context).ids
  }

  /// The same, with what the messages say and the prompt does not show.
  func prompt(of messages: [Message], context: ChatContext) throws -> ChatRow {
    let parts = LostParts(messages: messages, context: context, learned: [])
    switch writing {
    case .builtIn(let fitted):
      let answers = messages.indices.filter { messages[$0].role == .assistant }
      var row = fitted.row(
        try fitted.template.segments(of: messages, context: context, opensAnswer: true), answers)
      row.lost = parts.lostInPlainTurns
      return row
    case .model(let model):
      return try model.rendering(messages, loses: \.lost) { values in
        let text = try model.render(values, context: context, opensAnswer: true).text
        return ChatRow(ids: encoder.encode(text), answers: [], messages: [], lost: parts.lost(in: text))
      }
    }
  }
}
