import DataChecks
import InstructionData
import StrictJSON

extension Record {
  /// The record as the checks see it.
  ///
  /// System messages are left out: they are the same in many records and say nothing about this one.
  var checked: CheckedRecord {
    switch self {
    case .conversation(let messages, _):
      let answer = messages.lastIndex { $0.role == .assistant } ?? messages.endIndex
      return CheckedRecord(
        prompt: Self.text(messages[..<answer]), answer: answer < messages.endIndex ? messages[answer].text : "")
    case .text(let text): return CheckedRecord(prompt: "", answer: text)
    case .tokens(let ids, let promptLength):
      return CheckedRecord(
        promptTokens: Array(ids.prefix(promptLength)), answerTokens: Array(ids.dropFirst(promptLength)))
    case .preference(let prompt, let chosen, let rejected, _):
      return CheckedRecord(prompt: Self.text(prompt[...]), answer: Self.text((chosen + rejected)[...]))
    case .preferenceTokens(let prompt, let chosen, let rejected):
      return CheckedRecord(promptTokens: prompt, answerTokens: chosen + [-1] + rejected)
    case .judgement(let prompt, let answer, let isWanted, _):
      return CheckedRecord(prompt: Self.text(prompt[...]), answer: Self.text(answer[...]), label: isWanted)
    case .judgementTokens(let prompt, let answer, let isWanted):
      return CheckedRecord(promptTokens: prompt, answerTokens: answer + [isWanted ? -1 : -2])
    }
  }

  private static func text(_ messages: ArraySlice<Message>) -> String {
    messages.filter { $0.role != .system }.map(\.text).joined(separator: "\n")
  }

  /// Every text that is learned, with what messages call it; none of a record of tokens.
  var learnedTexts: [(name: String, text: String)] {
    switch self {
    case .conversation(let messages, _): return Self.answers(in: messages, "answer")
    case .text(let text): return [("the text", text)]
    case .preference(_, let chosen, let rejected, _):
      return Self.answers(in: chosen, "chosen answer") + Self.answers(in: rejected, "rejected answer")
    case .judgement(_, let answer, _, _): return Self.answers(in: answer, "answer")
    case .tokens, .preferenceTokens, .judgementTokens: return []
    }
  }

  /// The texts of the assistant's messages that are learned, with names for messages.
  private static func answers(in messages: [Message], _ name: String) -> [(name: String, text: String)] {
    let answers = messages.enumerated().filter { $1.role == .assistant && $1.isTrained && !$1.callsTools }
    return answers.map { (answers.count > 1 ? "the \(name) in message \($0 + 1)" : "the \(name)", $1.content) }
  }

  /// All texts.
  var texts: [String] {
    switch self {
    case .conversation(let messages, _): messages.map(\.text)
    case .text(let text): [text]
    case .preference(let prompt, let chosen, let rejected, _): (prompt + chosen + rejected).map(\.text)
    case .judgement(let prompt, let answer, _, _): (prompt + answer).map(\.text)
    case .tokens, .preferenceTokens, .judgementTokens: []
    }
  }

  /// The judgements of its answers: both for a pair.
  var labels: Set<Bool> {
    switch self {
    case .preference, .preferenceTokens: [true, false]
    case .judgement(_, _, let isDesirable, _), .judgementTokens(_, _, let isDesirable): [isDesirable]
    case .conversation, .text, .tokens: []
    }
  }

  /// Whether the record is a text that is learned as a whole.
  var isText: Bool { if case .text = self { true } else { false } }
}

extension Message {
  /// Whether the message calls tools, with or without a text.
  fileprivate var callsTools: Bool { fields?["tool_calls"]?.arrayValue?.isEmpty == false }
}
