/// Sequences in lexicographic order, in which those that start alike are neighbours.
public struct PrefixOrder: Sendable {
  /// Shared prefixes of fewer tokens are computed for each sequence: they are not worth rows and attention spans of their
  /// own.
  public static let minimumCount = 16

  /// The sequences in order, by their places among those given; equal ones in the order given.
  public let places: [Int]
  /// How many tokens each sequence of ``places`` shares with the one before it; fewer than ``minimumCount`` count as 0.
  public let shared: [Int]
  private let ranks: [Int]

  /// Sorts sequences.
  public init(_ sequences: [ArraySlice<Int32>]) {
    places = sequences.indices.sorted {
      let (a, b) = (sequences[$0], sequences[$1])
      let count = commonCount(a, b)
      // A sequence that another one continues comes first.
      if count == a.count || count == b.count { return (a.count, $0) < (b.count, $1) }
      return a[a.startIndex + count] < b[b.startIndex + count]
    }
    var ranks = [Int](repeating: 0, count: sequences.count)
    for (rank, place) in places.enumerated() { ranks[place] = rank }
    self.ranks = ranks
    shared = places.indices.map { [places] rank in
      guard rank > 0 else { return 0 }
      let count = commonCount(sequences[places[rank - 1]], sequences[places[rank]])
      return count < Self.minimumCount ? 0 : count
    }
  }

  /// Sorts sequences.
  public init(_ sequences: [[Int32]]) { self.init(sequences.map { $0[...] }) }

  /// Whether two sequences share enough to be computed once.
  public var isShared: Bool { shared.contains { $0 > 0 } }

  /// The sequences that share a prefix with each other, by their places in ascending order, and the length of what all of
  /// them share; sequences without such others are alone. Ordered by the first place.
  public var families: [(places: [Int], shared: Int)] {
    var families: [(places: [Int], shared: Int)] = []
    for (rank, place) in places.enumerated() {
      if shared[rank] == 0 {
        families.append(([place], .max))
      } else {
        families[families.count - 1].places.append(place)
        families[families.count - 1].shared = min(families[families.count - 1].shared, shared[rank])
      }
    }
    for index in families.indices { families[index].places.sort() }
    return families.sorted { $0.places[0] < $1.places[0] }
  }

  /// The places of all sequences, those that share a prefix one after another where the first of them is.
  public var together: [Int] {
    families.flatMap { family in family.places.sorted { ranks[$0] < ranks[$1] } }
  }

  /// How many tokens the sequence at a place shares with each other one, by place; with itself none.
  public func shared(with place: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: places.count)
    var common = Int.max
    for rank in ranks[place] + 1..<places.count {
      common = min(common, shared[rank])
      if common == 0 { break }
      counts[places[rank]] = common
    }
    common = .max
    for rank in stride(from: ranks[place], to: 0, by: -1) {
      common = min(common, shared[rank])
      if common == 0 { break }
      counts[places[rank - 1]] = common
    }
    return counts
  }
}

/// How many tokens two sequences start with in common.
private func commonCount(_ a: ArraySlice<Int32>, _ b: ArraySlice<Int32>) -> Int {
  var count = 0
  for (one, other) in zip(a, b) {
    if one != other { break }
    count += 1
  }
  return count
}
