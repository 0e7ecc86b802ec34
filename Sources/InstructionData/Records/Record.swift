import StrictJSON

/// A decoded record of a file, before tokenization.
public enum Record: Sendable, Equatable {
  /// A conversation whose assistant messages are learned (Alpaca, messages, ShareGPT, prompt and completion), and the
  /// tools that the assistant may call.
  case conversation([Message], tools: [JSONValue] = [])
  /// A text that is learned completely.
  case text(String)
  /// Tokens that are used unchanged; those from `promptLength` on are learned.
  case tokens(ids: [Int32], promptLength: Int)
  /// A prompt and two answers, the first better than the second.
  case preference(prompt: [Message], chosen: String, rejected: String)
  /// The same, already tokenized.
  case preferenceTokens(prompt: [Int32], chosen: [Int32], rejected: [Int32])
  /// A prompt and a desirable or undesirable answer to it.
  case judgement(prompt: [Message], answer: String, isDesirable: Bool)
  /// The same, already tokenized.
  case judgementTokens(prompt: [Int32], answer: [Int32], isDesirable: Bool)
}
