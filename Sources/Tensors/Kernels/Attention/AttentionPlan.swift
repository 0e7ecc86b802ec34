/// How an attention is cut into pieces that threads compute side by side: some queries by some keys, for one key head.
///
/// The spans and the sizes decide it, never the number of threads. What a sequence's pieces are, and the order in which
/// their contributions are added, does not depend on others that share no keys with it.
package struct AttentionPlan {
  /// Query rows that are computed together, which share what is packed of keys and values.
  package struct Queries {
    package fileprivate(set) var parts: [(span: AttentionSpan, rows: Range<Int>)] = []
    /// The runs of keys that some of the rows see, in their order.
    fileprivate(set) var keys: [Int] = []
    var count: Int { parts.reduce(0) { $0 + $1.rows.count } }
  }
  /// Some queries, and one of the runs of keys that they see.
  package typealias Piece = (queries: Int, keys: Int)

  package private(set) var queries: [Queries] = []
  /// Runs of keys that each lie within one run of every span, or within none.
  package private(set) var keys: [Range<Int>] = []
  /// Pieces of one round share neither queries nor keys: what they add to gradients does not meet.
  package private(set) var rounds: [[Piece]] = []

  /// A plan for results: as many query rows at a time as fill the products, and keys block by block.
  package init(forward geometry: AttentionGeometry, _ spans: [AttentionSpan]) {
    for group in Self.independentGroups(of: spans) {
      let rows = AttentionGeometry.blockRows * max(1, 4 / geometry.groupSize)
      append(group, geometry, rows: rows, keys: AttentionGeometry.blockKeys)
    }
  }

  /// A plan for gradients: pieces are smaller where there are few of them.
  package init(backward geometry: AttentionGeometry, _ spans: [AttentionSpan]) {
    for group in Self.independentGroups(of: spans) {
      let rows = group.reduce(0) { $0 + $1.queries.count }
      let length = (geometry.groupSize == 1 ? 128 : 64) * (rows > 1024 ? 2 : 1)
      let first = queries.count
      append(group, geometry, rows: length, keys: length)
      schedule(first..<queries.count)
    }
  }

  /// Appends spans that share keys with no others.
  private mutating func append(_ spans: [AttentionSpan], _ geometry: AttentionGeometry, rows: Int, keys length: Int) {
    let (firstKeys, first) = (keys.count, queries.count)
    let bounds = Set(spans.flatMap { ([$0.keys] + $0.context).flatMap { [$0.lowerBound, $0.upperBound] } }).sorted()
    for (lower, upper) in zip(bounds, bounds.dropFirst()) { keys += Self.split(lower..<upper, length) }
    for span in spans {
      for part in Self.split(span.queries, rows) {
        if queries.count == first || queries[queries.count - 1].count + part.count > rows { queries.append(Queries()) }
        queries[queries.count - 1].parts.append((span, part))
      }
    }
    for index in first..<queries.count {
      var seen: Set<Int> = []
      for (span, rows) in queries[index].parts {
        for run in span.context + [span.keys] {
          var next = firstPlace(from: firstKeys) { keys[$0].upperBound > run.lowerBound }
          while next < keys.count, keys[next].lowerBound < run.upperBound {
            if span.sight(of: keys[next], from: rows, window: geometry.window) != nil { seen.insert(next) }
            next += 1
          }
        }
      }
      queries[index].keys = seen.sorted()
    }
  }

  /// Gives every piece of some queries a round: those with most pieces first, and of the rounds that are possible the one
  /// with fewest pieces.
  private mutating func schedule(_ range: Range<Int>) {
    var pieces: [[Piece]] = []
    var roundsOfKeys: [Int: Set<Int>] = [:]
    for index in range.sorted(by: { (queries[$0].keys.count, $0) > (queries[$1].keys.count, $1) }) {
      var taken: Set<Int> = []
      for key in queries[index].keys {
        let possible = pieces.indices.filter { !taken.contains($0) && roundsOfKeys[key]?.contains($0) != true }
        let round = possible.min { (pieces[$0].count, $0) < (pieces[$1].count, $1) } ?? pieces.count
        if round == pieces.count { pieces.append([]) }
        pieces[round].append((index, key))
        taken.insert(round)
        roundsOfKeys[key, default: []].insert(round)
      }
    }
    for (round, some) in pieces.enumerated() {
      if round == rounds.count { rounds.append([]) }
      rounds[round] += some
    }
  }

  /// The first place among the runs of keys from `start` on for which a condition holds that holds for all later ones.
  private func firstPlace(from start: Int, where holds: (Int) -> Bool) -> Int {
    var (low, high) = (start, keys.count)
    while low < high {
      let middle = (low + high) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  private static func split(_ range: Range<Int>, _ length: Int) -> [Range<Int>] {
    stride(from: range.lowerBound, to: range.upperBound, by: length).map { $0..<min($0 + length, range.upperBound) }
  }

  /// Groups of spans that share no key rows with other groups.
  private static func independentGroups(of spans: [AttentionSpan]) -> [[AttentionSpan]] {
    var groups: [(reach: Range<Int>, spans: [AttentionSpan])] = []
    let reaches = spans.map { span in
      ([span.keys] + span.context).reduce(span.keys) {
        min($0.lowerBound, $1.lowerBound)..<max($0.upperBound, $1.upperBound)
      }
    }
    for (span, reach) in zip(spans, reaches).sorted(by: { $0.1.lowerBound < $1.1.lowerBound }) {
      if let last = groups.last, last.reach.upperBound > reach.lowerBound {
        groups[groups.count - 1].spans.append(span)
        groups[groups.count - 1].reach = last.reach.lowerBound..<max(last.reach.upperBound, reach.upperBound)
      } else {
        groups.append((reach, [span]))
      }
    }
    return groups.map(\.spans)
  }
}
