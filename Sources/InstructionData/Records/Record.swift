import StrictJSON

/// A record of a file, as data: nothing is tokenized yet.
public enum Record: Sendable, Equatable {
  /// A conversation whose assistant messages are learnt (Alpaca, messages, ShareGPT, prompt and completion), and the
  /// tools that it may call.
  case conversation([Message], tools: [JSONValue] = [])
  /// A text that is learnt as a whole.
  case text(String)
  /// Tokens that are used as they stand; those from `promptLength` on are learnt.
  case tokens(ids: [Int32], promptLength: Int)
  /// A prompt and two answers, the first better than the second.
  case preference(prompt: [Message], chosen: String, rejected: String)
  /// The same, already tokenized.
  case preferenceTokens(prompt: [Int32], chosen: [Int32], rejected: [Int32])
  /// A prompt and an answer to it that is wanted or not.
  case judgement(prompt: [Message], answer: String, isWanted: Bool)
  /// The same, already tokenized.
  case judgementTokens(prompt: [Int32], answer: [Int32], isWanted: Bool)
}
