/// An index of held-out records that finds them among training records.
public struct HeldOutIndex: Sendable {
  struct Entry: Sendable {
    let words: [UInt64]
    let weights: [Double]
    let weight: Double
    let promptCount: Int
    let promptKey: UInt64
    let key: UInt64
  }

  let entries: [Entry]
  private let frequencies: WordFrequencies
  private let byKey: [UInt64: [Int]]
  private let byPrompt: [UInt64: [Int]]
  private let byShingle: [UInt64: [Int32]]

  /// How many words of a record are compared one by one.
  private static var wordLimit: Int { 4000 }
  /// The number of words in the shingles that find candidates. Short records also use pairs of words, more of which
  /// survive small edits.
  private static var shingleSize: Int { 3 }
  private static var shortCount: Int { 14 }
  /// Records with fewer words may be similar only because they follow the same pattern.
  private static var patternCount: Int { 20 }

  /// Indexes held-out records.
  ///
  /// - Parameter frequencies: how many training records contain each word; rare words carry more weight.
  public init(_ records: [CheckedRecord], frequencies: WordFrequencies) {
    self.frequencies = frequencies
    var entries: [Entry] = []
    var byKey: [UInt64: [Int]] = [:]
    var byPrompt: [UInt64: [Int]] = [:]
    var byShingle: [UInt64: [Int32]] = [:]
    for (index, record) in records.enumerated() {
      let words = Array(record.words.prefix(Self.wordLimit))
      let weights = words.map { frequencies.weight(of: $0) }
      entries.append(
        Entry(
          words: words, weights: weights, weight: weights.reduce(0, +),
          promptCount: min(record.promptWords.count, words.count), promptKey: record.promptKey, key: record.key))
      byKey[record.key, default: []].append(index)
      if !record.promptWords.isEmpty { byPrompt[record.promptKey, default: []].append(index) }
      for shingle in Self.lookupShingles(of: words, isHeldOut: true) {
        byShingle[shingle, default: []].append(Int32(index))
      }
    }
    // A shingle of many held-out records does not distinguish them.
    let most = max(20, records.count / 20)
    (self.entries, self.byKey, self.byPrompt) = (entries, byKey, byPrompt)
    self.byShingle = byShingle.filter { $0.value.count <= most }
  }

  /// What a training record has in common with held-out records.
  public func matches(of record: CheckedRecord) -> [LeakMatch] {
    var found: [LeakMatch] = (byKey[record.key] ?? []).map { LeakMatch(heldOut: $0, kind: .exact) }
    let exact = Set(found.map(\.heldOut))
    if !record.promptWords.isEmpty {
      found += (byPrompt[record.promptKey] ?? []).filter { !exact.contains($0) }
        .map { LeakMatch(heldOut: $0, kind: .prompt) }
    }
    let words = Array(record.words.prefix(Self.wordLimit))
    var shared: [Int32: Int] = [:]
    for shingle in Self.lookupShingles(of: words, isHeldOut: false) {
      for index in byShingle[shingle] ?? [] { shared[index, default: 0] += 1 }
    }
    let candidates = shared.filter { index, count in
      let length = min(entries[Int(index)].words.count, words.count)
      return !exact.contains(Int(index)) && (count * 10 >= length || count >= WordAlignment.runLength - 2)
    }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(24)
    if candidates.isEmpty { return found }
    let weights = words.map { frequencies.weight(of: $0) }
    for (index, _) in candidates {
      if let match = match(Int(index), words, weights, promptCount: min(record.promptWords.count, words.count)) {
        found.append(match)
      }
    }
    return found
  }

  private func match(_ index: Int, _ words: [UInt64], _ weights: [Double], promptCount: Int) -> LeakMatch? {
    let entry = entries[index]
    let alignment = WordAlignment(entry.words, weights: entry.weights, words)
    let all = entry.weight + weights.reduce(0, +)
    let similarity = all > 0 ? 2 * alignment.common / all : 0
    let containment = entry.weight > 0 ? alignment.common / entry.weight : 0
    let isContained = entry.words.count >= 8 && containment >= 0.9 && similarity >= LeakMatch.threshold / 2
    guard similarity >= LeakMatch.threshold || isContained || alignment.overlap > 0 else { return nil }
    // An identical part distinguishes an edited record from another one of the same pattern.
    let split = entry.promptCount
    let part = max(
      partSimilarity(entry.words[..<split], entry.weights[..<split], words[..<promptCount], weights[..<promptCount]),
      partSimilarity(entry.words[split...], entry.weights[split...], words[promptCount...], weights[promptCount...]))
    return LeakMatch(
      heldOut: index,
      kind: .near(
        max(similarity, isContained ? containment : 0), overlap: alignment.overlap, part: part,
        isShort: entry.words.count < Self.patternCount))
  }

  private func partSimilarity(
    _ first: ArraySlice<UInt64>, _ weights: ArraySlice<Double>, _ second: ArraySlice<UInt64>,
    _ others: ArraySlice<Double>
  ) -> Double {
    let all = weights.reduce(0, +) + others.reduce(0, +)
    if first.isEmpty || second.isEmpty || all <= 0 { return 0 }
    return 2 * WordAlignment(Array(first), weights: Array(weights), Array(second)).common / all
  }

  /// The shingles by which training records find held-out ones.
  private static func lookupShingles(of words: [UInt64], isHeldOut: Bool) -> [UInt64] {
    let runs = shingles(of: words, size: shingleSize)
    let isShort = words.count <= shortCount + (isHeldOut ? 0 : shortCount)
    return isShort ? runs + shingles(of: words, size: 2).map { ~$0 } : runs
  }
}

/// A held-out record that resembles a training record.
public struct LeakMatch: Sendable, Equatable {
  /// How the two resemble each other.
  public enum Kind: Sendable, Equatable {
    /// They are the same, word for word.
    case exact
    /// They have the same prompt.
    case prompt
    /// They share a part of their words, weighted by rarity. `overlap` is the number of words of the held-out record in
    /// common runs of 13; `part` is the similarity of prompt or answer alone, whichever is greater; `isShort` means
    /// that the record is too short to distinguish an edited copy from another record of its pattern.
    case near(Double, overlap: Int, part: Double, isShort: Bool)
  }

  /// The index of the held-out record.
  public let heldOut: Int
  /// How the two resemble each other.
  public let kind: Kind

  /// The similarity at which a record counts as an edited copy. Unrelated pairs in the real instruction sets that we
  /// examined stay below it; copies with every fifth word edited are above it.
  public static let threshold = 0.7
}
