/// The tokens of one word while they merge, with the storage that merging needs. It is reused from word to word.
struct MergeBuffer: Sendable {
  /// The tokens of the word, from left to right.
  var tokens: [Int32] = []
  /// The merge of each token with the next one.
  private var merges: [MergeTable.Merge] = []
  private var due = PriorityQueue<DueMerge>()
  /// The neighbors in long words, where removed tokens leave gaps; -1 beyond the ends.
  private var next: [Int32] = []
  private var previous: [Int32] = []

  /// Applies merges, the lowest rank first and the leftmost first among equals, until none is left.
  mutating func mergeAll(by table: MergeTable) {
    if tokens.count < 2 { return }
    findMerges(in: table)
    // A word is rarely long enough for a heap to pay off.
    if tokens.count <= 64 {
      mergeShort(by: table)
    } else {
      mergeLong(by: table)
      tokens.removeAll { $0 < 0 }
    }
  }

  /// Applies merges like ``mergeAll(by:)``, and returns the position at which each remaining token started.
  mutating func mergeAllWithStarts(by table: MergeTable) -> [Int] {
    if tokens.count > 1 {
      findMerges(in: table)
      mergeLong(by: table)
    }
    let starts = tokens.indices.filter { tokens[$0] >= 0 }
    tokens.removeAll { $0 < 0 }
    return starts
  }

  private mutating func findMerges(in table: MergeTable) {
    merges.removeAll(keepingCapacity: true)
    for position in 0..<tokens.count - 1 {
      merges.append(table.merge(of: tokens[position], tokens[position + 1]))
    }
    merges.append(.none)
  }

  /// Merges a short word, in time quadratic in the number of tokens.
  private mutating func mergeShort(by table: MergeTable) {
    var count = tokens.count
    tokens.withUnsafeMutableBufferPointer { tokens in
      merges.withUnsafeMutableBufferPointer { merges in
        while true {
          var best = 0
          for position in 1..<count where merges[position].rank < merges[best].rank { best = position }
          if merges[best].rank == .max { return }
          tokens[best] = merges[best].token
          count -= 1
          for position in best + 1..<count {
            tokens[position] = tokens[position + 1]
            merges[position] = merges[position + 1]
          }
          merges[best] = best + 1 < count ? table.merge(of: tokens[best], tokens[best + 1]) : .none
          if best > 0 { merges[best - 1] = table.merge(of: tokens[best - 1], tokens[best]) }
        }
      }
    }
    tokens.removeLast(tokens.count - count)
  }

  /// Merges a long word, in time n log n in the number of tokens: a heap of merges over a linked list. Tokens that
  /// disappear leave -1.
  private mutating func mergeLong(by table: MergeTable) {
    let count = tokens.count
    next.removeAll(keepingCapacity: true)
    previous.removeAll(keepingCapacity: true)
    for position in 0..<count {
      next.append(position + 1 < count ? Int32(truncatingIfNeeded: position + 1) : -1)
      previous.append(Int32(truncatingIfNeeded: position - 1))
    }
    due.replaceAll(
      by: merges.enumerated().lazy.filter { $0.element.rank != .max }.map {
        DueMerge(rank: $0.element.rank, position: $0.offset)
      })
    while let merge = due.popLowest() {
      let (rank, position) = (merge.rank, merge.position)
      // An entry whose pair has changed in the meantime is out of date.
      guard merges[position].rank == rank else { continue }
      let removed = Int(next[position])
      tokens[position] = merges[position].token
      merges[removed] = .none
      tokens[removed] = -1
      next[position] = next[removed]
      let following = Int(next[position])
      if following >= 0 { previous[following] = Int32(truncatingIfNeeded: position) }
      update(position, with: following, by: table)
      let before = Int(previous[position])
      if before >= 0 { update(before, with: position, by: table) }
    }
  }

  private mutating func update(_ position: Int, with following: Int, by table: MergeTable) {
    merges[position] = following >= 0 ? table.merge(of: tokens[position], tokens[following]) : .none
    if merges[position].rank != .max { due.insert(DueMerge(rank: merges[position].rank, position: position)) }
  }
}

/// A merge that may be due. The lowest rank comes first, the leftmost first among equals.
struct DueMerge: Comparable, Sendable {
  /// The rank in the upper half, the position in the lower half.
  private let key: UInt64

  init(rank: UInt32, position: Int) {
    key = UInt64(rank) << 32 | UInt64(UInt32(truncatingIfNeeded: position))
  }

  var rank: UInt32 { UInt32(truncatingIfNeeded: key >> 32) }
  var position: Int { Int(key & 0xFFFF_FFFF) }

  static func < (first: DueMerge, second: DueMerge) -> Bool { first.key < second.key }
}
