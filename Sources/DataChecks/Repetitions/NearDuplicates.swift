/// Texts of a set that differ little, found without comparing all with all.
public struct NearDuplicates: Sendable {
  /// The share of shingles from which on texts count as the same: as in Lee et al. 2022 (2107.06499).
  public static let threshold = 0.8
  /// Words of a shingle.
  public static let shingleSize = 3

  private let minHash: MinHash
  private var keys: [UInt32] = []
  private var indices: [Int] = []

  /// No texts yet.
  public init(seed: UInt64) { minHash = MinHash(seed: seed) }

  /// The keys of a text's bands, for ``add(_:bandKeys:)``.
  public func bandKeys(of shingles: [UInt64]) -> [UInt32] { minHash.bandKeys(of: shingles) }

  /// Adds a text under a number of its own.
  public mutating func add(_ index: Int, bandKeys: [UInt32]) {
    indices.append(index)
    keys += bandKeys
  }

  /// Pairs of texts that may be alike, each once, ascending.
  ///
  /// In a group of texts that agree in a band each is compared with the first and with the one before it: groups do not
  /// cost their square, and texts that are alike meet in other bands again.
  public func candidates() -> [Pair] {
    var pairs: Set<Pair> = []
    for band in 0..<minHash.bands {
      let order = indices.indices.sorted { first, second in
        let (one, other) = (keys[first * minHash.bands + band], keys[second * minHash.bands + band])
        return one == other ? first < second : one < other
      }
      var start = 0
      for position in order.indices.dropFirst() {
        if keys[order[position] * minHash.bands + band] != keys[order[start] * minHash.bands + band] {
          start = position
          continue
        }
        pairs.insert(Pair(indices[order[start]], indices[order[position]]))
        pairs.insert(Pair(indices[order[position - 1]], indices[order[position]]))
      }
    }
    return pairs.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
  }

  /// Groups of texts that are alike, each ascending; each text in one group at most.
  ///
  /// - Parameter shingles: the shingles of every text that stands in a candidate.
  public static func clusters(_ candidates: [Pair], shingles: [Int: [UInt64]]) -> [Cluster] {
    var parent: [Int: Int] = [:]
    func root(_ index: Int) -> Int {
      var index = index
      while let next = parent[index] { index = next }
      return index
    }
    var similarity: [Int: Double] = [:]
    for pair in candidates {
      guard let first = shingles[pair.first], let second = shingles[pair.second] else { continue }
      let share = jaccard(first, second)
      guard share >= threshold else { continue }
      let (one, other) = (root(pair.first), root(pair.second))
      let (kept, joined) = (min(one, other), max(one, other))
      if kept != joined { parent[joined] = kept }
      similarity[kept] = min(similarity[kept] ?? 1, similarity[joined] ?? 1, share)
    }
    let members = Dictionary(grouping: Set(parent.keys).union(parent.values), by: root)
    return members.sorted { $0.key < $1.key }.map {
      Cluster(members: $0.value.sorted(), similarity: similarity[$0.key] ?? 1)
    }
  }

  /// Two texts, the earlier first.
  public struct Pair: Hashable, Sendable {
    /// The texts' numbers.
    public let first, second: Int

    init(_ first: Int, _ second: Int) { (self.first, self.second) = (min(first, second), max(first, second)) }
  }

  /// Texts that are alike.
  public struct Cluster: Sendable, Equatable {
    /// The texts' numbers, ascending.
    public let members: [Int]
    /// The least share of shingles of the pairs that joined them.
    public let similarity: Double
  }
}
