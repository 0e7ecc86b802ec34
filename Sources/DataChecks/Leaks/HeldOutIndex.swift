/// Held-out records, ready to be found in training records.
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

  /// The most words of a record that are compared one by one.
  private static var wordLimit: Int { 4000 }
  /// Words of the shingles that lead to candidates: short records also lead by pairs, of which small edits leave more.
  private static var shingleSize: Int { 3 }
  private static var shortCount: Int { 14 }
  /// Records of fewer words may be alike because they follow one pattern.
  private static var patternCount: Int { 20 }

  /// Indexes held-out records.
  ///
  /// - Parameter frequencies: in how many training records each word stands: rare words tell more.
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
      for shingle in Self.leads(words, isHeldOut: true) { byShingle[shingle, default: []].append(Int32(index)) }
    }
    // What stands in many held-out records leads to none of them.
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
    for shingle in Self.leads(words, isHeldOut: false) {
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
    // Parts that are the same tell an edited record from another of the same pattern.
    let split = entry.promptCount
    let part = max(
      likeness(entry.words[..<split], entry.weights[..<split], words[..<promptCount], weights[..<promptCount]),
      likeness(entry.words[split...], entry.weights[split...], words[promptCount...], weights[promptCount...]))
    return LeakMatch(
      heldOut: index,
      kind: .near(
        max(similarity, isContained ? containment : 0), overlap: alignment.overlap, part: part,
        isShort: entry.words.count < Self.patternCount))
  }

  private func likeness(
    _ first: ArraySlice<UInt64>, _ weights: ArraySlice<Double>, _ second: ArraySlice<UInt64>,
    _ others: ArraySlice<Double>
  ) -> Double {
    let all = weights.reduce(0, +) + others.reduce(0, +)
    if first.isEmpty || second.isEmpty || all <= 0 { return 0 }
    return 2 * WordAlignment(Array(first), weights: Array(weights), Array(second)).common / all
  }

  /// The shingles that lead from a training record to a held-out one.
  private static func leads(_ words: [UInt64], isHeldOut: Bool) -> [UInt64] {
    let runs = shingles(of: words, size: shingleSize)
    let isShort = words.count <= shortCount + (isHeldOut ? 0 : shortCount)
    return isShort ? runs + shingles(of: words, size: 2).map { ~$0 } : runs
  }
}

/// A training record that is like a held-out one.
public struct LeakMatch: Sendable, Equatable {
  /// In what they are alike.
  public enum Kind: Sendable, Equatable {
    /// Word for word.
    case exact
    /// In the prompt.
    case prompt
    /// To a share of their words, weighted by how rare these are; `overlap` words of the held-out record stand in common
    /// runs of 13; `part` is the likeness of prompt or answer alone, whichever is more alike; `isShort` says that the
    /// record is too short to tell an edited one from another of its pattern.
    case near(Double, overlap: Int, part: Double, isShort: Bool)
  }

  /// The held-out record's number.
  public let heldOut: Int
  /// In what they are alike.
  public let kind: Kind

  /// The share from which on a record counts as an edited copy: pairs of the real instruction sets looked at stay below
  /// it, copies with an edit in every fifth word above.
  public static let threshold = 0.7
}
