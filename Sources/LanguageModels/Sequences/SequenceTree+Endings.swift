extension SequenceTree {
  /// The ends of some segments, where a reward model reads the sequences that lead there.
  public struct Endings: Sendable {
    /// All rows.
    public let layout: SequenceLayout
    /// The rows of the last tokens, ascending, each once.
    public let rows: [Int]
    fileprivate let places: [Segment: Int]

    /// A segment's part of ``rows``: one row, or none where it has no tokens.
    public subscript(segment: Segment) -> Range<Int> { places[segment].map { $0..<$0 + 1 } ?? 0..<0 }
  }

  /// The ends of some segments.
  ///
  /// - Parameter sharingPrefixes: whether a prefix that segments share is computed once.
  public func endings(of segments: [Segment], sharingPrefixes: Bool = true) -> Endings {
    let merged = sharingPrefixes ? Merged(sharingPrefixesOf: self) : Merged(unchanged: self)
    let rows = merged.tree.rows(forPredictions: false)
    var last: [Segment: Int] = [:]
    for segment in segments {
      if let end = merged[segment].last, !end.tokens.isEmpty { last[segment] = rows[end.segment].upperBound - 1 }
    }
    let requested = Set(last.values).sorted()
    let places = Dictionary(uniqueKeysWithValues: requested.enumerated().map { ($1, $0) })
    return Endings(layout: rows.layout, rows: requested, places: last.compactMapValues { places[$0] })
  }
}
