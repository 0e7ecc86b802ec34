extension SequenceTree {
  /// Tokens of a tree that are to be predicted, and the rows that predict them.
  public struct Predictions: Sendable {
    /// All rows; a leaf goes without its last token, which predicts nothing.
    public let layout: SequenceLayout
    /// The rows that predict a token, ascending, each once.
    public let requestedRows: [Int]
    /// For every predicted token, the place among ``requestedRows`` of the row that predicts it. A parent's last row
    /// predicts the first token of each segment that continues it.
    public let rows: [Int]
    /// The predicted tokens.
    public let targets: [Int32]
    fileprivate let parts: [Segment: Range<Int>]

    /// A segment's part of ``rows`` and ``targets``; empty where it has no tokens.
    public subscript(segment: Segment) -> Range<Int> { parts[segment] ?? 0..<0 }
  }

  /// All tokens of some segments.
  ///
  /// - Parameter segments: in the order in which they were appended; what starts a sequence has a first token that
  ///   nothing predicts, and must not be among them.
  public func predictions(of segments: [Segment]) -> Predictions {
    predictions(of: segments.map { ($0, [tokens(of: $0).indices]) })
  }

  /// Some tokens of some segments.
  ///
  /// - Parameter targets: segments in the order in which they were appended, each once, with the places of their tokens
  ///   that are to be predicted, ascending.
  public func predictions(of targets: [(segment: Segment, places: [Range<Int>])]) -> Predictions {
    let tree = rows(forPredictions: true)
    var predicting: [Int] = []
    var predicted: [Int32] = []
    var parts: [Segment: Range<Int>] = [:]
    for (segment, places) in targets {
      let (first, start, known) = (predicted.count, tree[segment].lowerBound, tokens(of: segment))
      for place in places.joined() {
        predicting.append(place > 0 ? start + place - 1 : lastRow(before: segment, in: tree))
        predicted.append(known[place])
      }
      parts[segment] = first..<predicted.count
    }
    var places = [Int](repeating: -1, count: tree.layout.tokens.count)
    for row in predicting { places[row] = 0 }
    let requested = places.indices.filter { places[$0] == 0 }
    for (place, row) in requested.enumerated() { places[row] = place }
    return Predictions(
      layout: tree.layout, requestedRows: requested, rows: predicting.map { places[$0] }, targets: predicted,
      parts: parts)
  }

  /// The row of the token before a segment.
  private func lastRow(before segment: Segment, in tree: Rows) -> Int {
    guard let parent = ancestors(of: segment).last(where: { !tree[$0].isEmpty }) else {
      preconditionFailure("nothing predicts the first token of a sequence")
    }
    return tree[parent].upperBound - 1
  }
}
