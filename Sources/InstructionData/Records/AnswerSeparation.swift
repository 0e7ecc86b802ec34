import Diagnostics

/// A prompt, and one or two answers that may contain it too.
///
/// Answers that begin with the assistant follow the prompt. Otherwise each of them contains the prompt: of two, it is
/// their longest common beginning, as in TRL (`extract_prompt` in `data_utils.py`); a prompt of its own must then be
/// found in it.
struct AnswerSeparation {
  /// The prompt column's messages; nil if the record has none.
  let prompt: [Message]?
  /// The name of the prompt column.
  let promptName: String
  /// The answers with their names.
  let answers: [(name: String, messages: [Message])]

  private var names: String { answers.map(\.name).joined(separator: " and ") }
  private var verb: String { answers.count == 1 ? "contains" : "contain" }

  /// The prompt, and the answers without it, each of which begins and ends with a message of the assistant.
  ///
  /// - Throws: `UserError` that names the columns if the record can be read in several ways.
  func separated() throws -> (prompt: [Message], answers: [[Message]]) {
    let isWithPrompt = answers.map { $0.messages.first?.role != .assistant }
    if isWithPrompt.allSatisfy({ !$0 }) {
      guard let last = prompt?.last, let prompt else {
        throw UserError.file("\(names) \(verb) no prompt before the answer, and there is no \(promptName)")
      }
      if last.role == .assistant {
        throw UserError.file("the prompt ends with an assistant message; expected a message of another role")
      }
      return (prompt, answers.map(\.messages))
    }
    guard isWithPrompt.allSatisfy({ $0 }) else {
      let (with, without) = isWithPrompt[0] ? (0, 1) : (1, 0)
      throw UserError.file(
        "\(answers[with].name) contains the prompt, and \(answers[without].name) does not; expected both alike")
    }
    let lists = answers.map(\.messages)
    guard let prompt else { return try split(lists) }
    let ends = lists.compactMap { end(of: prompt, in: $0) }
    if ends.count == lists.count { return try split(lists, at: ends[0]) }
    // An opening that the answers continue: a system message alone, or turns up to an assistant's message.
    let isOpening = prompt.last?.role == .assistant || prompt.allSatisfy { $0.role == .system }
    if isOpening, !lists.contains(where: { $0.first?.role == .system }) { return try split(lists.map { prompt + $0 }) }
    throw UserError.file(
      "\(promptName) is not the prompt that \(names) \(verb); remove \(promptName), or let the answers begin with a "
        + "message of the assistant")
  }

  /// The index after the messages of the prompt in a list that repeats them; nil if it doesn't.
  private func end(of prompt: [Message], in list: [Message]) -> Int? {
    guard prompt.count < list.count else { return nil }
    // A single message may be any of the conversation's; more of them are its beginning, perhaps after a system message.
    let starts = 0..<(list.count - prompt.count)
    let start = starts.prefix(prompt.count == 1 ? starts.count : 2).first { start in
      zip(prompt, list[start...]).allSatisfy { $0.isTurn(like: $1) }
    }
    return start.map { $0 + prompt.count }
  }

  /// Splits two lists where they begin to differ, a single one at an index or before its first answer.
  private func split(_ lists: [[Message]], at index: Int? = nil) throws -> (prompt: [Message], answers: [[Message]]) {
    let (first, last) = (lists[0], lists[lists.count - 1])
    var end = index ?? first.firstIndex { $0.role == .assistant } ?? 0
    if lists.count > 1 {
      let shortest = min(first.count, last.count) - 1
      end = zip(first, last).prefix(shortest).prefix { $0 == $1 }.count
      guard end > 0, first[end].role == .assistant, last[end].role == .assistant else {
        throw UserError.file("\(names) both contain the prompt, but it differs between them")
      }
    } else if first[end].role != .assistant {
      throw UserError.file(
        "after the prompt, \(names) has a message of the \(first[end].role.rawValue); expected one of the assistant")
    }
    return (Array(first[..<end]), lists.map { Array($0[end...]) })
  }
}

extension Message {
  /// Whether two messages say the same, whatever their other keys.
  fileprivate func isTurn(like other: Message) -> Bool {
    role == other.role && text.strippingWhitespace() == other.text.strippingWhitespace()
  }
}
