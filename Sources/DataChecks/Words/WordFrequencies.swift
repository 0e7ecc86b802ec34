import Foundation

/// How many records contain each word, in a fixed amount of memory: words that share a counter count together.
public struct WordFrequencies: Sendable {
  private var counts = [UInt32](repeating: 0, count: 1 << 18)
  /// The number of records counted.
  public private(set) var records = 0

  /// Creates a count of no records.
  public init() {}

  /// Counts each distinct word of a record once.
  public mutating func add(_ words: [UInt64]) {
    records += 1
    for word in Set(words) { counts[slot(word)] &+= 1 }
  }

  /// The weight of a word: its inverse document frequency (Spärck Jones 1972).
  public func weight(of word: UInt64) -> Double {
    log(Double(records + 1) / (Double(min(Int(counts[slot(word)]), records)) + 1)) + 0.05
  }

  private func slot(_ word: UInt64) -> Int { Int(word & UInt64(counts.count - 1)) }
}
