import Foundation

/// In how many records each word stands, in memory that does not grow: words that share a counter count together.
public struct WordFrequencies: Sendable {
  private var counts = [UInt32](repeating: 0, count: 1 << 18)
  /// How many records were counted.
  public private(set) var records = 0

  /// No records.
  public init() {}

  /// Counts a record's words, each once.
  public mutating func add(_ words: [UInt64]) {
    records += 1
    for word in Set(words) { counts[slot(word)] &+= 1 }
  }

  /// How much a word tells: the logarithm of how rare it is (inverse document frequency, Spärck Jones 1972).
  public func weight(of word: UInt64) -> Double {
    log(Double(records + 1) / (Double(min(Int(counts[slot(word)]), records)) + 1)) + 0.05
  }

  private func slot(_ word: UInt64) -> Int { Int(word & UInt64(counts.count - 1)) }
}
