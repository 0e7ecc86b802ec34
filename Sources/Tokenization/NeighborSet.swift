/// Which characters stand side by side somewhere in a token that merging makes.
///
/// Where two neighbours in a text are not here, no merge can reach across them: the text may be cut there, and each part
/// merged (and remembered) on its own.
struct NeighborSet: Sendable {
  private var pairs = MergeTable(capacity: 64)

  /// Enters every pair of neighbours of a token.
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
