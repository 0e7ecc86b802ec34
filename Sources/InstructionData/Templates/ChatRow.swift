/// A row of tokens, and the positions of the assistant's answers in it.
public struct ChatRow: Sendable, Equatable {
  /// The tokens.
  public let ids: [Int32]
  /// The positions of the assistant's messages, including the tokens that end them.
  public let answers: [Range<Int>]
  /// The index of each answer's message; empty if the template marks its answers in a way that does not show which
  /// message each belongs to.
  public let messages: [Int]
  /// What the record says and the row does not show.
  public internal(set) var lost: [LostPart] = []

  /// The positions of the answers that are learned.
  ///
  /// - Parameters:
  ///   - learned: the indices of the messages that are learned.
  ///   - first: the first message that may be learned.
  /// - Returns: nil if the row does not show which message an answer belongs to, and not all of them are learned.
  func targets(_ learned: [Int], from first: Int = 0, of messages: [Message]) -> [Range<Int>]? {
    if !self.messages.isEmpty || answers.isEmpty {
      let learned = Set(learned)
      return zip(answers, self.messages).filter { learned.contains($1) }.map(\.0)
    }
    let all = messages.indices.filter { messages[$0].role == .assistant }
    if learned == all { return answers }
    // The last answer can be found even where the others cannot.
    return learned.count == 1 && learned == Array(all.suffix(1)) ? Array(answers.suffix(1)) : nil
  }

  /// The position at which the answer of a message begins, or the first answer after that message; without knowledge of
  /// the messages, the last answer.
  func start(ofAnswerFrom message: Int) -> Int? {
    if messages.isEmpty { return (message == 0 ? answers.first : answers.last)?.lowerBound }
    return zip(answers, messages).first { $1 >= message }?.0.lowerBound
  }
}
