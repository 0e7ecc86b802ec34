/// The keys that determine the form of a record; `data.columns` gives their names in a file.
public enum RecordColumn: String, Sendable, CaseIterable {
  /// Alpaca's task, its optional input and its answer.
  case instruction, input, output
  /// Conversations: `{"role", "content"}` and ShareGPT's `{"from", "value"}`.
  case messages, conversations
  /// A prompt and its continuation.
  case prompt, completion
  /// A text that is learned completely.
  case text
  /// The better and the worse answer.
  case chosen, rejected
  /// Tokens, and how many of them belong to the prompt.
  case ids
  case promptLength = "prompt_len"
  /// Whether a single answer is desirable.
  case label
}

/// The forms of records, in the order in which the decoder tries them.
enum RecordForm: CaseIterable {
  case tokens, messages, conversations, instruction, prompt, text
  case judged
  case preferredConversations, preferredInstruction, preferredPrompt, preferredInside

  /// The purposes that a record of this form can serve.
  var purposes: Set<RecordPurpose> {
    switch self {
    case .tokens, .messages, .conversations, .instruction, .prompt, .text: [.demonstration]
    case .judged: [.judgement]
    case .preferredConversations, .preferredInstruction, .preferredPrompt, .preferredInside: [.preference, .judgement]
    }
  }

  /// The required keys.
  var required: [RecordColumn] {
    switch self {
    case .tokens: [.ids, .promptLength]
    case .messages: [.messages]
    case .conversations: [.conversations]
    case .instruction: [.instruction, .output]
    case .prompt: [.prompt, .completion]
    case .text: [.text]
    case .judged: [.prompt, .completion, .label]
    case .preferredConversations: [.conversations, .chosen, .rejected]
    case .preferredInstruction: [.instruction, .chosen, .rejected]
    case .preferredPrompt: [.prompt, .chosen, .rejected]
    case .preferredInside: [.chosen, .rejected]
    }
  }

  /// The forms for a purpose, in the order in which the decoder tries them.
  static func forms(for purpose: RecordPurpose) -> [RecordForm] { allCases.filter { $0.purposes.contains(purpose) } }
}
