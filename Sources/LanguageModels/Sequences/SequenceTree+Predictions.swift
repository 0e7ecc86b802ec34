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
    /// The predicted tokens. Where segments share tokens that are predicted in several of them, each is here once.
    public let targets: [Int32]
    /// In how many segments each of ``targets`` is predicted.
    public let counts: [Int]
    fileprivate let parts: [Segment: [Range<Int>]]

    /// A segment's parts of ``rows`` and ``targets``, in the order of its tokens; none where nothing is predicted in it.
    public subscript(segment: Segment) -> [Range<Int>] { parts[segment] ?? [] }
  }

  /// All tokens of some segments.
  ///
  /// - Parameters:
  ///   - segments: what starts a sequence has a first token that nothing predicts, and must not be among them.
  ///   - sharingPrefixes: whether a prefix that segments share is computed once.
  public func predictions(of segments: [Segment], sharingPrefixes: Bool = true) -> Predictions {
    predictions(of: segments.map { ($0, [tokens(of: $0).indices]) }, sharingPrefixes: sharingPrefixes)
  }

  /// Some tokens of some segments.
  ///
  /// - Parameters:
  ///   - targets: segments, each once, with the places of their tokens that are to be predicted, ascending.
  ///   - sharingPrefixes: whether a prefix that segments share is computed once.
  public func predictions(
    of targets: [(segment: Segment, places: [Range<Int>])], sharingPrefixes: Bool = true
  ) -> Predictions {
    let merged = sharingPrefixes ? Merged(sharingPrefixesOf: self) : Merged(unchanged: self)
    var collector = PredictionCollector(merged.tree)
    var parts: [Segment: [Range<Int>]] = [:]
    for (segment, places) in targets {
      var found: [Range<Int>] = []
      for part in merged[segment] {
        for place in places.lazy.flatMap({ $0.clamped(to: part.tokens) }) {
          collector.add(part.segment, place - part.tokens.lowerBound, to: &found)
        }
      }
      parts[segment] = found
    }
    let (requested, rows) = collector.requestedRows
    return Predictions(
      layout: collector.rows.layout, requestedRows: requested, rows: rows, targets: collector.targets,
      counts: collector.counts, parts: parts)
  }
}

/// Predicted tokens of a tree, each once.
private struct PredictionCollector {
  let tree: SequenceTree
  let rows: SequenceTree.Rows
  /// The tokens, the row that predicts each, and how often each was added.
  private(set) var targets: [Int32] = []
  private(set) var counts: [Int] = []
  private var predicting: [Int] = []
  /// The place among ``targets`` of every token of the tree, segment after segment; -1 of those that are none.
  private var places: [Int] = []
  private var starts: [Int] = []

  init(_ tree: SequenceTree) {
    self.tree = tree
    rows = tree.rows(forPredictions: true)
    for segment in tree.segments {
      starts.append(places.count)
      places += tree.tokens(of: segment).map { _ in -1 }
    }
  }

  /// Adds a token of a segment to the predicted ones, and its place to ranges that may end there.
  mutating func add(_ segment: SequenceTree.Segment, _ index: Int, to ranges: inout [Range<Int>]) {
    let token = starts[segment.index] + index
    if places[token] < 0 {
      places[token] = targets.count
      targets.append(tree.tokens(of: segment)[index])
      counts.append(0)
      predicting.append(index > 0 ? rows[segment].lowerBound + index - 1 : lastRow(before: segment))
    }
    let place = places[token]
    counts[place] += 1
    if let last = ranges.last, last.upperBound == place {
      ranges[ranges.count - 1] = last.lowerBound..<place + 1
    } else {
      ranges.append(place..<place + 1)
    }
  }

  /// The row of the token before a segment.
  private func lastRow(before segment: SequenceTree.Segment) -> Int {
    guard let parent = tree.ancestors(of: segment).last(where: { !rows[$0].isEmpty }) else {
      preconditionFailure("nothing predicts the first token of a sequence")
    }
    return rows[parent].upperBound - 1
  }

  /// The rows that predict, ascending, each once; and for every predicted token the place of its row among them.
  var requestedRows: (requested: [Int], rows: [Int]) {
    var places = [Int](repeating: -1, count: rows.layout.tokens.count)
    for row in predicting { places[row] = 0 }
    let requested = places.indices.filter { places[$0] == 0 }
    for (place, row) in requested.enumerated() { places[row] = place }
    return (requested, predicting.map { places[$0] })
  }
}
