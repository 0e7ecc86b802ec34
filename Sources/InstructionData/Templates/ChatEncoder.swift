import Diagnostics

/// A template together with a tokenizer that fits it: conversations to tokens.
public struct ChatEncoder: Sendable {
  /// The template.
  public let template: Template
  /// Tokens at which an answer ends: the template's end of turn and the tokenizer's end-of-text.
  public let stopIDs: [Int32]
  private let encoder: TextEncoder
  private let prefix: [Int32]
  private let endOfTurn: Int32

  /// Joins a template and a tokenizer.
  ///
  /// - Throws: `UserError` of kind `recipe` where a token that the template needs is not one token of the tokenizer;
  ///   it names the token and the templates that fit.
  public init(template: Template, encoder: TextEncoder) throws {
    switch Self.fit(template, encoder) {
    case .success(let fit):
      self.template = template
      self.encoder = encoder
      self.prefix = fit.prefix
      self.endOfTurn = fit.endOfTurn
      let endOfText = encoder.endOfText ?? fit.endOfTurn
      self.stopIDs = endOfText == fit.endOfTurn ? [endOfText] : [fit.endOfTurn, endOfText]
    case .failure(let misfit):
      let fitting = Template.builtIn.filter { (try? Self.fit($0, encoder).get()) != nil }.map(\.name.rawValue)
      throw UserError.recipe(
        "data.template: '\(template.name.rawValue)' does not fit this tokenizer: \(misfit.reason); templates that fit: "
          + (fitting.isEmpty ? "none" : fitting.joined(separator: ", ")))
    }
  }

  /// The tokens of a whole conversation, and the positions of the assistant's messages with the tokens that end them.
  ///
  /// - Throws: `UserError` for a conversation that the template cannot write; the message names no record.
  public func tokens(of messages: [Message]) throws -> (ids: [Int32], answers: [Range<Int>]) {
    encode(try template.segments(of: messages))
  }

  /// The tokens up to where the assistant speaks next: what stands before its answer in training.
  ///
  /// - Throws: `UserError` for a conversation that the template cannot write; the message names no record.
  public func promptTokens(for messages: [Message]) throws -> [Int32] {
    encode(try template.segments(of: messages, opensAnswer: true)).ids
  }

  /// The tokens of an answer to a conversation, with the token that ends the turn.
  ///
  /// - Throws: `UserError` for a conversation that the template cannot write; the message names no record.
  public func answerTokens(_ answer: String, to messages: [Message]) throws -> [Int32] {
    let segments = try template.segments(of: messages + [Message(.assistant, answer)])
    for case .answer(let text) in segments.reversed() { return encodeAnswer(text) }
    return [endOfTurn]
  }

  private func encode(_ segments: [TemplateSegment]) -> (ids: [Int32], answers: [Range<Int>]) {
    var ids = prefix
    var answers: [Range<Int>] = []
    for segment in segments {
      switch segment {
      case .frame(let text): if !text.isEmpty { ids += encoder.encode(text) }
      case .answer(let text):
        let start = ids.count
        ids += encodeAnswer(text)
        answers.append(start..<ids.count)
      }
    }
    return (ids, answers)
  }

  private func encodeAnswer(_ text: String) -> [Int32] {
    (text.isEmpty ? [] : encoder.encode(text)) + [endOfTurn]
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
