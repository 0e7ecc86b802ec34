import Randomness

/// A record in the form that the checks use.
public struct CheckedRecord: Sendable {
  /// What a model is given; empty if the complete record is learned.
  public let prompt: String
  /// What it should answer; for a pair, both answers.
  public let answer: String
  /// The words of the prompt.
  public let promptWords: [UInt64]
  /// The words of the answer.
  public let answerWords: [UInt64]
  /// Equal for prompts that differ only in white space.
  public let promptKey: UInt64
  /// Equal for answers that differ only in white space.
  public let answerKey: UInt64

  /// Creates a record of texts.
  ///
  /// - Parameter label: the record's judgement of its answer, if any; records with different labels differ.
  public init(prompt: String, answer: String, label: Bool? = nil) {
    (self.prompt, self.answer) = (prompt, answer)
    promptWords = DataChecks.words(of: prompt)
    answerWords = DataChecks.words(of: answer)
    promptKey = Self.key(prompt)
    answerKey = SplitMix64.mixed(Self.key(answer) &+ (label.map { $0 ? 1 : 2 } ?? 0))
  }

  /// Creates a record of tokens; each token counts as a word.
  public init(promptTokens: [Int32], answerTokens: [Int32]) {
    (prompt, answer) = (Self.text(promptTokens), Self.text(answerTokens))
    promptWords = promptTokens.map { SplitMix64.mixed(UInt64(truncatingIfNeeded: $0) &+ 1) }
    answerWords = answerTokens.map { SplitMix64.mixed(UInt64(truncatingIfNeeded: $0) &+ 1) }
    promptKey = promptWords.reduce(0) { SplitMix64.mixed($0 &+ $1) }
    answerKey = answerWords.reduce(0) { SplitMix64.mixed($0 &+ $1) }
  }

  /// All words.
  public var words: [UInt64] { promptWords + answerWords }

  /// Equal for records that differ only in white space.
  public var key: UInt64 { SplitMix64.mixed(promptKey &+ SplitMix64.mixed(answerKey)) }

  /// The beginnings of prompt and answer, on one line.
  public var excerpt: String {
    let answer = DataChecks.excerpt(of: answer, limit: prompt.isEmpty ? 110 : 50)
    return prompt.isEmpty ? answer : "\(DataChecks.excerpt(of: prompt, limit: 60)) → \(answer)"
  }

  private static func text(_ tokens: [Int32]) -> String {
    "[" + tokens.prefix(20).map(String.init).joined(separator: ", ") + (tokens.count > 20 ? ", …]" : "]")
  }

  /// A hash of a text in which every run of white space counts as one space.
  private static func key(_ text: String) -> UInt64 {
    var hash: UInt64 = 0
    var isSpace = false
    for byte in text.utf8 {
      if byte == 0x20 || (0x09...0x0D ~= byte) {
        isSpace = hash != 0
        continue
      }
      if isSpace { hash = (hash ^ 0x20) &* 0x9E37_79B9_7F4A_7C15 }
      isSpace = false
      hash = (hash ^ (UInt64(byte) &+ 1)) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
    }
    return hash
  }
}
