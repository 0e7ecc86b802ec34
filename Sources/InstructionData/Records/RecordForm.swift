/// The keys that the forms of records are recognised by; `data.columns` gives them other names in a file.
public enum RecordColumn: String, Sendable, CaseIterable {
  /// Alpaca's task, its optional material and its answer.
  case instruction, input, output
  /// Conversations: `{"role", "content"}` and ShareGPT's `{"from", "value"}`.
  case messages, conversations
  /// A prompt and what follows it.
  case prompt, completion
  /// A text that is learnt as a whole.
  case text
  /// The better and the worse answer.
  case chosen, rejected
  /// Tokens, and how many of them are the prompt.
  case ids
  case promptLength = "prompt_len"
  /// Whether a single answer is wanted.
  case label
}

/// The forms of records (design §2), in the order in which they are tried.
enum RecordForm: CaseIterable {
  case tokens, messages, conversations, instruction, prompt, text
  case judged
  case preferredConversations, preferredInstruction, preferredPrompt, preferredInside

  /// What a record of this form can serve.
  var purposes: Set<RecordPurpose> {
    switch self {
    case .tokens, .messages, .conversations, .instruction, .prompt, .text: [.demonstration]
    case .judged: [.judgement]
    case .preferredConversations, .preferredInstruction, .preferredPrompt, .preferredInside: [.preference, .judgement]
    }
  }

  /// The keys that must be there.
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

  /// The forms for a purpose, in the order in which they are tried.
  static func forms(for purpose: RecordPurpose) -> [RecordForm] { allCases.filter { $0.purposes.contains(purpose) } }
}
