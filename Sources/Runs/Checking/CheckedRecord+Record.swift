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
    case .preference(let prompt, let chosen, let rejected):
      return CheckedRecord(prompt: Self.text(prompt[...]), answer: "\(chosen)\n\(rejected)")
    case .preferenceTokens(let prompt, let chosen, let rejected):
      return CheckedRecord(promptTokens: prompt, answerTokens: chosen + [-1] + rejected)
    case .judgement(let prompt, let answer, let isWanted):
      return CheckedRecord(prompt: Self.text(prompt[...]), answer: answer, label: isWanted)
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
    case .conversation(let messages, _):
      let answers = messages.enumerated().filter { $1.role == .assistant && !$1.callsTools }
      return answers.map { (answers.count > 1 ? "the answer in message \($0 + 1)" : "the answer", $1.content) }
    case .text(let text): return [("the text", text)]
    case .preference(_, let chosen, let rejected):
      return [("the chosen answer", chosen), ("the rejected answer", rejected)]
    case .judgement(_, let answer, _): return [("the answer", answer)]
    case .tokens, .preferenceTokens, .judgementTokens: return []
    }
  }

  /// All texts.
  var texts: [String] {
    switch self {
    case .conversation(let messages, _): messages.map(\.text)
    case .text(let text): [text]
    case .preference(let prompt, let chosen, let rejected): prompt.map(\.text) + [chosen, rejected]
    case .judgement(let prompt, let answer, _): prompt.map(\.text) + [answer]
    case .tokens, .preferenceTokens, .judgementTokens: []
    }
  }

  /// Whether the record is a text that is learned as a whole.
  var isText: Bool { if case .text = self { true } else { false } }
}

extension Message {
  /// Whether the message calls tools, with or without a text.
  fileprivate var callsTools: Bool { fields?["tool_calls"]?.arrayValue?.isEmpty == false }
}
