import Diagnostics
import Foundation

/// Trains a byte-level byte-pair encoding from texts (Sennrich et al., 2016, algorithm 1).
///
/// Each step merges the most frequent pair of adjacent tokens. Among equally frequent pairs, the one with the lower left id
/// wins, then the one with the lower right id. So the result depends only on the texts, and it is the same as that of
/// `BpeTrainer` in Python's `tokenizers`.
public struct BytePairTrainer: Sendable {
  /// The number of tokens to reach: special tokens, 256 bytes and merges.
  public var vocabularySize: Int
  /// Whether each digit becomes a word of its own, as in LLaMA (Touvron et al., 2023, section 2.1).
  public var splitsDigits: Bool
  /// Tokens that merging never produces. They get the first ids, in this order.
  public var specialTokens: [String]
  /// The smallest frequency of a pair to merge. 2 is the default of tokenizers' `ByteLevelBPETokenizer`.
  public var minimumFrequency: Int

  /// Makes a trainer.
  public init(
    vocabularySize: Int, splitsDigits: Bool = false, specialTokens: [String] = [], minimumFrequency: Int = 2
  ) {
    self.vocabularySize = vocabularySize
    self.splitsDigits = splitsDigits
    self.specialTokens = specialTokens
    self.minimumFrequency = minimumFrequency
  }

  /// Trains on files of UTF-8 text. Memory grows only with the number of different words.
  ///
  /// - Returns: the text of a `tokenizer.json`. Its vocabulary is smaller than requested if the texts have no more pairs.
  /// - Throws: `UserError` if a file cannot be read or is not UTF-8, or if an option is wrong.
  public func train(files: [URL]) throws -> String {
    try checkOptions()
    var words = WordCounts(splitsDigits: splitsDigits, specialTokens: specialTokens)
    for file in files { try words.add(contentsOf: file) }
    return train(words)
  }

  /// Trains on texts.
  ///
  /// - Returns: the text of a `tokenizer.json`. Its vocabulary is smaller than requested if the texts have no more pairs.
  /// - Throws: `UserError` if an option is wrong.
  public func train(texts: some Sequence<String>) throws -> String {
    try checkOptions()
    var words = WordCounts(splitsDigits: splitsDigits, specialTokens: specialTokens)
    for text in texts { words.add(text) }
    return train(words)
  }

  private func checkOptions() throws {
    var seen: Set<[UInt8]> = []
    for token in specialTokens {
      guard 1...1024 ~= token.utf8.count else {
        throw UserError.recipe("The special token '\(token)' has \(token.utf8.count) bytes; expected 1 to 1024.")
      }
      guard seen.insert(Array(token.utf8)).inserted else {
        throw UserError.recipe("The special token '\(token)' occurs twice; name each one once.")
      }
      guard !ByteLevelAlphabet.isCharacter(token) else {
        throw UserError.recipe("The special token '\(token)' is also the token of a byte; choose a longer one.")
      }
    }
    let smallest = 256 + specialTokens.count
    guard smallest...Vocabulary.idLimit ~= vocabularySize else {
      throw UserError.recipe(
        "A vocabulary of \(vocabularySize) tokens cannot be trained; expected \(smallest) (256 bytes and "
          + "\(specialTokens.count) special tokens) to \(Vocabulary.idLimit).")
    }
  }

  private func train(_ words: WordCounts) -> String {
    // The bytes in the order of their characters: tokenizers sorts an alphabet.
    let bytes = (0..<256).map { UInt8($0) }.sorted {
      ByteLevelAlphabet.scalars[Int($0)] < ByteLevelAlphabet.scalars[Int($1)]
    }
    var tokens = specialTokens.map { Array($0.utf8) } + bytes.map { ByteLevelAlphabet.text(of: [$0]) }
    var ids = ByteStringTable(capacity: vocabularySize)
    for token in tokens { _ = token.withUnsafeBufferPointer { ids.insert($0) } }
    var byteIDs = [Int32](repeating: 0, count: 256)
    for (number, byte) in bytes.enumerated() { byteIDs[Int(byte)] = Int32(specialTokens.count + number) }

    var statistics = PairStatistics(words, byteIDs: byteIDs)
    var merges: [(left: Int, right: Int)] = []
    while tokens.count < vocabularySize, let pair = statistics.popMostFrequent(atLeast: max(1, minimumFrequency)) {
      let joined = tokens[Int(pair.left)] + tokens[Int(pair.right)]
      // Two pairs can produce the same token, and a pair can produce a special one.
      let known = joined.withUnsafeBufferPointer { ids.find($0) }
      if known == nil {
        _ = joined.withUnsafeBufferPointer { ids.insert($0) }
        tokens.append(joined)
      }
      merges.append((Int(pair.left), Int(pair.right)))
      statistics.merge(pair, into: Int32(known ?? tokens.count - 1))
    }
    return TokenizerText(
      tokens: tokens.map { String(decoding: $0, as: UTF8.self) }, merges: merges, specialTokens: specialTokens,
      splitsDigits: splitsDigits
    ).json
  }
}
