/// The keys that a form of record reads; `data.columns` gives their names in a file.
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
  /// Whether a single answer is desirable; LLaMA-Factory's name `kto_tag` is known too.
  case label
  /// The system message, and earlier turns of the conversation as pairs of a question and its answer.
  case system, history
  /// The tools that the assistant may call, and variables for the chat template.
  case tools
  case templateOptions = "chat_template_kwargs"

  /// Another name under which a record may have this key.
  var alias: String? { self == .label ? "kto_tag" : nil }
}

/// The forms of records, in the order in which the decoder tries them.
enum RecordForm: CaseIterable {
  case tokens, messages, conversations, instruction, prompt, text
  case judgedPrompt, judgedMessages, judgedConversations, judgedInstruction
  case preferredConversations, preferredInstruction, preferredPrompt, preferredMessages, preferredInside

  /// The purposes that a record of this form can serve.
  var purposes: Set<RecordPurpose> {
    switch self {
    case .tokens, .messages, .conversations, .instruction, .prompt, .text: [.demonstration]
    case .judgedPrompt, .judgedMessages, .judgedConversations, .judgedInstruction: [.judgement]
    case .preferredConversations, .preferredInstruction, .preferredPrompt, .preferredMessages, .preferredInside:
      [.preference, .judgement]
    }
  }

  /// The column that holds what the answer replies to; nil if there is none.
  var promptColumn: RecordColumn? {
    switch self {
    case .tokens, .text, .preferredInside: nil
    case .messages, .judgedMessages, .preferredMessages: .messages
    case .conversations, .judgedConversations, .preferredConversations: .conversations
    case .instruction, .judgedInstruction, .preferredInstruction: .instruction
    case .prompt, .judgedPrompt, .preferredPrompt: .prompt
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
    case .judgedPrompt: [.prompt, .completion, .label]
    case .judgedMessages: [.messages, .label]
    case .judgedConversations: [.conversations, .label]
    case .judgedInstruction: [.instruction, .output, .label]
    case .preferredConversations: [.conversations, .chosen, .rejected]
    case .preferredInstruction: [.instruction, .chosen, .rejected]
    case .preferredPrompt: [.prompt, .chosen, .rejected]
    case .preferredMessages: [.messages, .chosen, .rejected]
    case .preferredInside: [.chosen, .rejected]
    }
  }

  /// Further keys that the form reads.
  var optional: [RecordColumn] {
    switch self {
    case .tokens, .text: []
    case .instruction, .judgedInstruction, .preferredInstruction:
      [.input, .system, .history, .tools, .templateOptions]
    default: [.system, .history, .tools, .templateOptions]
    }
  }

  /// The forms for a purpose, in the order in which the decoder tries them.
  static func forms(for purpose: RecordPurpose) -> [RecordForm] { allCases.filter { $0.purposes.contains(purpose) } }
}
