/// Collects what the training set contains of held-out records.
public struct LeakCollector: Sendable {
  private struct Found: Sendable {
    var exact: [RecordPlace] = []
    var prompt: [RecordPlace] = []
    var near: [(place: RecordPlace, similarity: Double, part: Double)] = []
    var overlap: (place: RecordPlace, words: Int)?
    var overlapping = 0
  }

  private var found: [Int: Found] = [:]
  /// How many records with the same prompt are listed; every record might have it.
  private static var promptLimit: Int { 20 }

  /// Creates an empty collector.
  public init() {}

  /// Adds what a training record has in common with held-out ones.
  public mutating func add(_ matches: [LeakMatch], at place: RecordPlace) {
    for match in matches {
      var entry = found[match.heldOut] ?? Found()
      switch match.kind {
      case .exact: entry.exact.append(place)
      case .prompt: if entry.prompt.count < Self.promptLimit { entry.prompt.append(place) }
      case .near(let similarity, let overlap, let part, let isShort):
        let isEdited = !isShort || part >= 0.9 || similarity >= 0.85
        if similarity >= LeakMatch.threshold, isEdited { entry.near.append((place, similarity, part)) }
        if overlap > 0 {
          entry.overlapping += 1
          if overlap > entry.overlap?.words ?? 0 { entry.overlap = (place, overlap) }
        }
      }
      found[match.heldOut] = entry
    }
  }

  /// The training records that any finding refers to.
  public var places: Set<RecordPlace> { Set(found.values.flatMap { $0.exact + $0.near.map(\.place) }) }

  /// The findings, in the order of the held-out records.
  ///
  /// - Parameter heldOut: the places of the held-out records.
  public func findings(heldOut: [RecordPlace]) -> [Finding] {
    found.sorted { $0.key < $1.key }.compactMap { index, found in
      guard heldOut.indices.contains(index) else { return nil }
      return finding(found, at: heldOut[index])
    }
  }

  private func finding(_ found: Found, at place: RecordPlace) -> Finding? {
    let near = edited(found.near)
    if !found.exact.isEmpty {
      let copies = (found.exact + near.map(\.place)).sorted()
      return Finding(
        .leak, at: place, "it is in the training set, word for word", related: copies, value: 1, dropped: copies)
    }
    if let best = near.max(by: { $0.similarity < $1.similarity }) {
      let copies = near.sorted { ($1.similarity, $0.place) < ($0.similarity, $1.place) }.map(\.place)
      return Finding(
        .nearLeak, at: place, "it is in the training set with small edits (\(percent(best.similarity)) the same)",
        related: copies, value: best.similarity, dropped: copies)
    }
    // Like GPT-3, ignore runs in more than ten records: they are boilerplate.
    if let overlap = found.overlap, found.overlapping <= 10 {
      return Finding(
        .overlap, at: place,
        "\(overlap.words) of its words are in runs of \(WordAlignment.runLength) or more that a training record contains",
        related: [overlap.place], value: Double(overlap.words))
    }
    if !found.prompt.isEmpty {
      return Finding(
        .sharedPrompt, at: place, "its prompt is in the training set with another answer", related: found.prompt)
    }
    return nil
  }

  /// The near matches that are edits of the record.
  ///
  /// If more than three training records resemble it although neither their prompts nor their answers match, they
  /// follow the same pattern (`What is 3 + 4?`). Then only records with one matching part count.
  private func edited(
    _ near: [(place: RecordPlace, similarity: Double, part: Double)]
  ) -> [(place: RecordPlace, similarity: Double, part: Double)] {
    let siblings = near.count { $0.part < 0.9 && $0.similarity < 0.9 }
    return siblings > 3 ? near.filter { $0.similarity >= 0.9 || ($0.part >= 0.95 && $0.similarity >= 0.85) } : near
  }
}

/// A share in per cent, without decimals.
func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
