/// The sizes of an attention.
package struct AttentionGeometry {
  let heads: Int
  let keyHeads: Int
  let headWidth: Int
  let scale: Float
  /// How many keys a query sees at most: its own and those before it; nil: all of them.
  let window: Int?
  /// Query rows of one head in a block.
  let queryRows: Int
  /// Keys in a block.
  static let keyColumns = 128

  /// The sizes for queries, keys and values of some shapes.
  package init(_ q: Shape, _ k: Shape, _ v: Shape, _ headWidth: Int, window: Int? = nil) {
    precondition(
      q.rank == 2 && k.rank == 2 && k == v && q[1] % headWidth == 0 && k[1] % headWidth == 0
        && q[1] % k[1] == 0, "queries \(q), keys \(k) and values \(v) in heads of \(headWidth)")
    precondition(window ?? 1 > 0, "a window of \(window ?? 0) keys")
    self.headWidth = headWidth
    self.window = window
    heads = q[1] / headWidth
    keyHeads = k[1] / headWidth
    scale = 1 / Float(headWidth).squareRoot()
    queryRows = heads / keyHeads > 2 ? 32 : 64
  }

  /// Query heads that share a key head.
  var groupSize: Int { heads / keyHeads }

  /// The query rows of a span, block by block.
  func queryBlocks(of span: AttentionSpan) -> [Range<Int>] {
    stride(from: span.queries.lowerBound, to: span.queries.upperBound, by: queryRows).map {
      $0..<min($0 + queryRows, span.queries.upperBound)
    }
  }

  /// Groups of spans that share no key rows with other groups. Each group is one task of the backward pass, so that no
  /// thread waits for a lock and the order of adding is fixed.
  func independentGroups(of spans: [AttentionSpan]) -> [[AttentionSpan]] {
    var groups: [(reach: Range<Int>, spans: [AttentionSpan])] = []
    let reaches = spans.map { span in
      ([span.keys] + span.context).reduce(span.keys) {
        min($0.lowerBound, $1.lowerBound)..<max($0.upperBound, $1.upperBound)
      }
    }
    for (span, reach) in zip(spans, reaches).sorted(by: { $0.1.lowerBound < $1.1.lowerBound }) {
      if let last = groups.last, last.reach.upperBound > reach.lowerBound {
        groups[groups.count - 1].spans.append(span)
        groups[groups.count - 1].reach = last.reach.lowerBound..<max(last.reach.upperBound, reach.upperBound)
      } else {
        groups.append((reach, [span]))
      }
    }
    return groups.map(\.spans)
  }
}
