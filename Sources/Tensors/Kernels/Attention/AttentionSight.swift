/// Which keys of a block some query rows see: row r those from `hidden + r` up to `visible + r`, counted from the first key.
struct AttentionSight {
  let hidden: Int
  let visible: Int

  /// Rows that see nothing.
  static func none(rows: Int) -> AttentionSight { AttentionSight(hidden: 0, visible: -rows) }
}

extension AttentionSpan {
  /// What query rows of the span see of some keys, which lie within its own keys, within one run of its context, or within
  /// neither; nil where no row sees any.
  ///
  /// Context and own keys count as one run of positions, in their order: a window reaches back across both.
  func sight(of block: Range<Int>, from rows: Range<Int>, window: Int?) -> AttentionSight? {
    guard let (first, preceding) = position(of: block) else { return nil }
    // How many positions the first row sees, and the one at which its window begins: before all where there is none.
    let seen = preceding + keys.count - (queries.upperBound - rows.lowerBound) + 1
    let windowStart = seen - min(window ?? .max, preceding + keys.count)
    let sight = AttentionSight(hidden: windowStart - first, visible: seen - first)
    return sight.visible + rows.count > 1 && sight.hidden < block.count ? sight : nil
  }

  /// The position of the first of some keys, and how many positions precede the span's own keys; nil where the span has no
  /// such keys.
  private func position(of block: Range<Int>) -> (first: Int, preceding: Int)? {
    var (found, position): (Int?, Int) = (nil, 0)
    for run in context {
      if run.lowerBound <= block.lowerBound, block.upperBound <= run.upperBound {
        found = position + block.lowerBound - run.lowerBound
      }
      position += run.count
    }
    if keys.lowerBound <= block.lowerBound, block.upperBound <= keys.upperBound {
      found = position + block.lowerBound - keys.lowerBound
    }
    return found.map { ($0, position) }
  }
}
