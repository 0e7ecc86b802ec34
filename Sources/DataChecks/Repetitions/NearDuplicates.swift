/// Finds texts that differ only a little, without comparing all pairs.
public struct NearDuplicates: Sendable {
  /// The share of common shingles at which texts count as near duplicates, as in Lee et al. 2022 (2107.06499).
  public static let threshold = 0.8
  /// The number of words in a shingle.
  public static let shingleSize = 3

  private let minHash: MinHash
  private var keys: [UInt32] = []
  private var indices: [Int] = []

  /// Creates a finder without texts.
  public init(seed: UInt64) { minHash = MinHash(seed: seed) }

  /// The keys of a text's bands, for ``add(_:bandKeys:)``.
  public func bandKeys(of shingles: [UInt64]) -> [UInt32] { minHash.bandKeys(of: shingles) }

  /// Adds a text with its own index.
  public mutating func add(_ index: Int, bandKeys: [UInt32]) {
    indices.append(index)
    keys += bandKeys
  }

  /// Pairs of texts that may be near duplicates, each once, ascending.
  ///
  /// In a group of texts that agree in a band, each text is paired with the first and with the previous one. So the
  /// cost of a group is not quadratic, and similar texts meet again in other bands.
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

  /// Groups of near duplicates, each ascending; a text is in at most one group.
  ///
  /// - Parameter shingles: the shingles of every text in a candidate pair.
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

  /// A pair of texts, the earlier first.
  public struct Pair: Hashable, Sendable {
    /// The indices of the texts.
    public let first, second: Int

    init(_ first: Int, _ second: Int) { (self.first, self.second) = (min(first, second), max(first, second)) }
  }

  /// A group of near duplicates.
  public struct Cluster: Sendable, Equatable {
    /// The indices of the texts, ascending.
    public let members: [Int]
    /// The smallest share of common shingles among the pairs that joined them.
    public let similarity: Double
  }
}
