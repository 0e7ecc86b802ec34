extension SequenceTree {
  /// The ends of some segments, where a reward model reads the sequences that lead there.
  public struct Endings: Sendable {
    /// All rows.
    public let layout: SequenceLayout
    /// The rows of the last tokens, ascending.
    public let rows: [Int]
    fileprivate let parts: [Segment: Range<Int>]

    /// A segment's part of ``rows``: one row, or none where it has no tokens.
    public subscript(segment: Segment) -> Range<Int> { parts[segment] ?? 0..<0 }
  }

  /// The ends of some segments.
  ///
  /// - Parameter segments: in the order in which they were appended, each once.
  public func endings(of segments: [Segment]) -> Endings {
    let tree = rows(forPredictions: false)
    var rows: [Int] = []
    var parts: [Segment: Range<Int>] = [:]
    for segment in segments where !tree[segment].isEmpty {
      parts[segment] = rows.count..<rows.count + 1
      rows.append(tree[segment].upperBound - 1)
    }
    return Endings(layout: tree.layout, rows: rows, parts: parts)
  }
}
