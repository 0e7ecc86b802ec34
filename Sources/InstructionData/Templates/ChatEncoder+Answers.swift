import Diagnostics

/// A prompt and an answer of one or several messages as tokens.
public struct AnsweredTokens: Sendable, Equatable {
  /// The tokens before the answer.
  public let prompt: [Int32]
  /// The tokens of the answer, with the token that ends the turn.
  public let answer: [Int32]
  /// The positions in the answer of the assistant's messages that are learned.
  public let targets: [Range<Int>]
  /// What the record says and the tokens do not show.
  public let lost: [LostPart]

  /// The tokens of each message that is learned.
  var learned: [ArraySlice<Int32>] { targets.map { answer[$0] } }
}

extension ChatEncoder {
  /// The tokens before an answer to a conversation, and those of the answer.
  ///
  /// - Parameter answer: messages of which those of the assistant are learned; the first should be the assistant's.
  /// - Throws: `UserError` for a conversation that the template cannot write; the message does not name the record.
  public func tokens(
    of answer: [Message], to prompt: [Message], context: ChatContext = ChatContext(), onlyLast: Bool = false
  ) throws -> AnsweredTokens {
    let messages = prompt + answer
    var learned = messages.indices.dropFirst(prompt.count).filter { messages[$0].isLearned }
    if onlyLast { learned = Array(learned.suffix(1)) }
    let rows = try rows(of: messages, context: context, learned: learned)
    guard let row = rows.last, let start = row.start(ofAnswerFrom: prompt.count) else {
      return AnsweredTokens(
        prompt: try promptTokens(for: prompt, context: context), answer: [], targets: [], lost: rows.flatMap(\.lost))
    }
    if rows.count > 1 {
      throw UserError.file(
        "the chat template writes an earlier message differently once others follow, so that an answer of several "
          + "messages has no one text; make a record of each answer, or choose another data.template, such as chatml")
    }
    guard let targets = row.targets(learned, from: prompt.count, of: messages) else { throw Self.unclearAnswers }
    let end = max(start, targets.last?.upperBound ?? row.ids.count)
    return AnsweredTokens(
      prompt: Array(row.ids[..<start]), answer: Array(row.ids[start..<end]),
      targets: targets.map { $0.lowerBound - start..<$0.upperBound - start }, lost: row.lost)
  }

  /// The error for a template that does not show which of its answers is which, if they are not all learned.
  static let unclearAnswers = UserError.file(
    "only some of the assistant's messages are to be learned, but the chat template does not show where each of them is; "
      + "choose another data.template, such as chatml")
}
