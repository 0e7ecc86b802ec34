/// The pairs of characters that are adjacent somewhere in a token that merging produces.
///
/// No merge can join two adjacent characters of a text that are not in this set. So the text can be split between them,
/// and each part can be merged, and cached, on its own.
struct NeighborSet: Sendable {
  private var pairs = MergeTable(capacity: 64)

  /// Adds every pair of adjacent characters in a token.
  mutating func insert(neighborsIn token: Bytes) {
    var previous: Int32?
    var position = 0
    while position < token.count {
      let (value, length) = decodedScalar(token, at: position)
      let scalar = Int32(bitPattern: value)
      if let previous { pairs.set(previous, scalar, to: MergeTable.Merge(rank: 0, token: 0)) }
      previous = scalar
      position += length
    }
  }

  @inline(__always)
  func contains(_ left: Int32, _ right: Int32) -> Bool { pairs.merge(of: left, right) != .none }
}
