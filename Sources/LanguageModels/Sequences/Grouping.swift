/// How many tokens are computed together where nothing is trained: more would need more memory and save no time.
public let tokensPerPass = 2048

/// Which elements are computed together where nothing is trained.
public struct Grouping: Sendable {
  /// The places of the elements, group by group.
  public let groups: [[Int]]

  /// Splits elements into groups of neighbours that have at most so many tokens together; a longer element is alone.
  /// Elements that share a prefix become neighbours, where the first of them is.
  ///
  /// - Parameters:
  ///   - prefixes: what the sequences of each element start with.
  ///   - isSharing: whether shared prefixes are computed once.
  ///   - tokenCount: the tokens of the element at a place, without so many of its prefix.
  public init(
    _ prefixes: [[Int32]], tokensAtATime tokens: Int = tokensPerPass, sharingPrefixes isSharing: Bool,
    tokenCount: (_ place: Int, _ shared: Int) -> Int
  ) {
    let order = isSharing ? PrefixOrder(prefixes) : nil
    let shared = Dictionary(uniqueKeysWithValues: zip(order?.places ?? [], order?.shared ?? []))
    var groups: [[Int]] = []
    var held = 0
    for place in order?.together ?? Array(prefixes.indices) {
      let count = tokenCount(place, shared[place] ?? 0)
      if groups.isEmpty || held + count > tokens {
        groups.append([])
        held = 0
      }
      held += held == 0 ? tokenCount(place, 0) : count
      groups[groups.count - 1].append(place)
    }
    self.groups = groups
  }

  /// Values of the elements, from the order of the groups to that of the elements.
  public func ordered<Value>(_ values: [Value]) -> [Value] {
    zip(groups.joined(), values).sorted { $0.0 < $1.0 }.map(\.1)
  }
}
