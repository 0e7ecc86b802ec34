import StrictJSON

/// A decoded record of a file, before tokenization.
public enum Record: Sendable, Equatable {
  /// A conversation whose assistant messages are learned (Alpaca, messages, ShareGPT, prompt and completion).
  case conversation([Message], ChatContext = ChatContext())
  /// A text that is learned completely.
  case text(String)
  /// Tokens that are used unchanged; those from `promptLength` on are learned.
  case tokens(ids: [Int32], promptLength: Int)
  /// A prompt and two answers, the first better than the second. An answer ends with a message of the assistant; it may
  /// consist of several messages, of which those of the assistant are learned.
  case preference(prompt: [Message], chosen: [Message], rejected: [Message], ChatContext = ChatContext())
  /// The same, already tokenized.
  case preferenceTokens(prompt: [Int32], chosen: [Int32], rejected: [Int32])
  /// A prompt and a desirable or undesirable answer to it.
  case judgement(prompt: [Message], answer: [Message], isDesirable: Bool, ChatContext = ChatContext())
  /// The same, already tokenized.
  case judgementTokens(prompt: [Int32], answer: [Int32], isDesirable: Bool)
}
