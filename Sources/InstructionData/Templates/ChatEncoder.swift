import Diagnostics
import StrictJSON

/// A template together with a tokenizer that fits it: conversations to tokens.
public struct ChatEncoder: Sendable {
  /// How conversations become tokens.
  private enum Writing {
    /// By a built-in template, whose frames and answers are tokenized apart.
    case builtIn(Template, prefix: [Int32], endOfTurn: Int32)
    /// By the model's own template, whose text is tokenized as a whole.
    case model(ModelTemplate)
  }

  /// The built-in template; nil where it is the model's own.
  public var template: Template? {
    if case .builtIn(let template, _, _) = writing { template } else { nil }
  }

  /// Tokens at which an answer ends: the template's end of turn and the tokenizer's end-of-text.
  public let stopIDs: [Int32]
  private let encoder: TextEncoder
  private let writing: Writing

  /// Joins a template and a tokenizer.
  ///
  /// - Throws: `UserError` of kind `recipe` where a token that the template needs is not one token of the tokenizer;
  ///   it names the token and the templates that fit.
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

  /// Joins a model's own template and its tokenizer.
  init(_ model: ModelTemplate, _ encoder: TextEncoder) {
    self.encoder = encoder
    writing = .model(model)
    stopIDs = [Self.endOfTurn(model, encoder), encoder.endOfText].compactMap { $0 }
  }

  /// The tokens of a whole conversation, and the positions of the assistant's messages with the tokens that end them.
  ///
  /// - Returns: one row; or one for each of the assistant's messages, up to it, where the model's own template writes a
  ///   message otherwise once others have followed.
  /// - Throws: `UserError` for a conversation that the template cannot write; the message names no record.
  public func rows(of messages: [Message], tools: [JSONValue] = []) throws -> [ChatRow] {
    switch writing {
    case .builtIn(let template, let prefix, let endOfTurn):
      return [encode(try template.segments(of: messages, tools: tools), prefix, endOfTurn)]
    case .model(let model): return try model.turns(of: messages, tools: tools).map { $0.row(encoder) }
    }
  }

  /// The tokens of a whole conversation in one row, whatever the template leaves out of earlier messages.
  ///
  /// - Throws: `UserError` for a conversation that the template cannot write; the message names no record.
  public func wholeRow(of messages: [Message], tools: [JSONValue] = []) throws -> ChatRow {
    guard case .model(let model) = writing else { return try rows(of: messages, tools: tools)[0] }
    let ids = encoder.encode(try model.render(messages.map(\.templateValue), tools: tools, opensAnswer: false).text)
    return ChatRow(ids: ids, answers: [0..<ids.count])
  }

  /// The tokens up to where the assistant speaks next: what stands before its answer in training.
  ///
  /// - Throws: `UserError` for a conversation that the template cannot write; the message names no record.
  public func promptTokens(for messages: [Message], tools: [JSONValue] = []) throws -> [Int32] {
    switch writing {
    case .builtIn(let template, let prefix, let endOfTurn):
      return encode(try template.segments(of: messages, tools: tools, opensAnswer: true), prefix, endOfTurn).ids
    case .model(let model):
      return encoder.encode(try model.render(messages.map(\.templateValue), tools: tools, opensAnswer: true).text)
    }
  }

  /// The tokens before an answer to a conversation, and the answer's with the token that ends the turn.
  ///
  /// - Throws: `UserError` for a conversation that the template cannot write; the message names no record.
  public func tokens(of answer: String, to messages: [Message]) throws -> (prompt: [Int32], answer: [Int32]) {
    guard let row = try rows(of: messages + [Message(.assistant, answer)]).last, let last = row.answers.last else {
      return (try promptTokens(for: messages), [])
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

  /// The tokens that a template takes from a tokenizer, or why it can't.
  private static func fit(
    _ template: Template, _ encoder: TextEncoder
  ) -> Result<(prefix: [Int32], endOfTurn: Int32), Misfit> {
    let endOfTurn: Int32
    switch template.endOfTurn {
    case .endOfText:
      guard let id = encoder.endOfText else {
        return .failure(Misfit(reason: "it ends a turn with the end-of-text token, and the tokenizer has none"))
      }
      endOfTurn = id
    case .named(let name):
      guard let id = encoder.singleToken(name) else {
        return .failure(Misfit(reason: "it ends a turn with '\(name)', which is not one token of it"))
      }
      endOfTurn = id
    }
    switch template.beginning {
    case .tokenizer: return .success((encoder.prefix, endOfTurn))
    case .preferring(let name):
      return .success((encoder.singleToken(name).map { [$0] } ?? encoder.prefix, endOfTurn))
    case .written(let name):
      guard encoder.singleToken(name) != nil else {
        return .failure(Misfit(reason: "it begins a turn with '\(name)', which is not one token of it"))
      }
      return .success(([], endOfTurn))
    }
  }
}
