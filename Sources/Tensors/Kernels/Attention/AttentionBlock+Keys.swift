extension AttentionBlock {
  /// Some keys, and which of them the block's rows see: row r those from `hidden + r` up to `visible + r`, counted from the
  /// first of them.
  struct KeyBlock {
    let keys: Range<Int>
    let hidden: Int
    let visible: Int
  }

  /// Blocks of keys that cover what some row sees.
  ///
  /// Context and own keys count as one run of positions, in their order: a window reaches back across both.
  var keyBlocks: [KeyBlock] {
    // The number of keys of its own sequence that the last row of the block sees.
    let seen = span.keys.count - (span.queries.upperBound - rows.upperBound)
    let first = seen - rows.count + 1
    let preceding = span.context.reduce(0) { $0 + $1.count }
    // The position at which the window of the first row begins; that of a row without a window before all keys.
    let windowStart = preceding + first - min(geometry.window ?? .max, preceding + span.keys.count)
    var blocks: [KeyBlock] = []
    var position = 0
    for run in span.context + [span.keys.prefix(seen)] {
      let start = run.lowerBound + min(run.count, max(0, windowStart - position))
      for keys in Self.split(start..<run.upperBound) {
        let offset = position + keys.lowerBound - run.lowerBound
        blocks.append(
          KeyBlock(keys: keys, hidden: windowStart - offset, visible: preceding + first - offset))
      }
      position += run.count
    }
    return blocks
  }

  private static func split(_ keys: Range<Int>) -> [Range<Int>] {
    stride(from: keys.lowerBound, to: keys.upperBound, by: AttentionGeometry.keyColumns).map {
      $0..<min($0 + AttentionGeometry.keyColumns, keys.upperBound)
    }
  }
}
