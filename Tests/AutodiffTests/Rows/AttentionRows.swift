import Autodiff
import Foundation
import Tensors

/// Attention as its definition says, one query of one head at a time.
func attentionReference(
  _ q: [Double], _ k: [Double], _ v: [Double], heads: Int, keyHeads: Int, width: Int, spans: [AttentionSpan]
) -> [Double] {
  var output = [Double](repeating: 0, count: q.count)
  for span in spans {
    for (index, row) in span.queries.enumerated() {
      let own = span.keys.prefix(span.keys.count - span.queries.count + index + 1)
      let visible = span.context.flatMap { Array($0) } + Array(own)
      for head in 0..<heads {
        let query = (row * heads + head) * width
        let starts = visible.map { ($0 * keyHeads + head * keyHeads / heads) * width }
        let scores = starts.map { start in
          (0..<width).reduce(0) { $0 + q[query + $1] * k[start + $1] } / Double(width).squareRoot()
        }
        for (probability, start) in zip(softmaxReference(scores), starts) {
          for i in 0..<width { output[query + i] += probability * v[start + i] }
        }
      }
    }
  }
  return output
}

private struct AttentionCase {
  let label: String
  var heads = 1
  var keyHeads = 1
  var width = 16
  /// Key rows; those behind the last span are seen by nobody.
  var keys: Int
  let spans: [AttentionSpan]
  /// Large scores let the running maximum jump from block to block.
  var deviation = 1.0
  var value = 2e-6
  var gradient = 4e-6

  var row: InventoryRow {
    let queries = spans.map(\.queries.upperBound).max() ?? 0
    return InventoryRow(
      label,
      [
        normal([queries, heads * width], "q", deviation: deviation), normal([keys, keyHeads * width], "k"),
        normal([keys, keyHeads * width], "v"),
      ], value: value, gradient: gradient, samples: 3,
      forward: { attention($0[0], $0[1], $0[2], headWidth: width, spans: spans) },
      reference: {
        attentionReference($0[0], $0[1], $0[2], heads: heads, keyHeads: keyHeads, width: width, spans: spans)
      })
  }

  /// One sequence.
  static func causal(_ length: Int, heads: Int = 1, keyHeads: Int = 1, width: Int = 16) -> Self {
    AttentionCase(
      label: "\(length) tokens, \(heads)/\(keyHeads) heads of \(width)", heads: heads, keyHeads: keyHeads, width: width,
      keys: length, spans: [AttentionSpan(sequence: 0..<length)])
  }
}

var attentionRows: [InventoryRow] {
  let lengths = [1, 63, 64, 65, 129, 300].map { AttentionCase.causal($0) }
  let groups = [(2, 2), (4, 2), (3, 1), (6, 2)].map { AttentionCase.causal(70, heads: $0, keyHeads: $1) }
  let widths = [24, 32, 64, 128].map { AttentionCase.causal(40, heads: 2, keyHeads: 1, width: $0) }
  let packed = AttentionCase(
    label: "packed sequences", heads: 2, keyHeads: 1, keys: 200,
    spans: [0..<5, 5..<70, 70..<71, 71..<200].map(AttentionSpan.init(sequence:)))
  let cached = [(1, 200), (3, 130), (70, 200)].map { queries, keys in
    AttentionCase(
      label: "\(queries) queries at the end of \(keys) keys", heads: 3, keyHeads: 1, keys: keys,
      spans: [AttentionSpan(queries: 0..<queries, keys: 0..<keys)])
  }
  let sharedPrompt = AttentionCase(
    label: "two answers to one prompt", heads: 2, keyHeads: 1, keys: 230,
    spans: [
      AttentionSpan(sequence: 0..<140), AttentionSpan(queries: 140..<210, keys: 140..<210, context: [0..<140]),
      AttentionSpan(queries: 210..<230, keys: 210..<230, context: [0..<140]),
    ])
  let prefix = AttentionCase(
    label: "a prefix before two sequences", heads: 4, keyHeads: 2, keys: 85,
    spans: [
      AttentionSpan(queries: 0..<40, keys: 10..<50, context: [0..<10]),
      AttentionSpan(queries: 40..<75, keys: 50..<85, context: [0..<10]),
    ])
  let unseen = AttentionCase(
    label: "keys that nobody sees", keys: 100,
    spans: [AttentionSpan(queries: 0..<20, keys: 15..<35), AttentionSpan(queries: 20..<30, keys: 40..<50)])
  let single = lengths + groups + widths + cached + [packed, sharedPrompt, prefix, unseen]
  // Scores of some 30 are rounded by 2e-6, and so the probabilities.
  var steep = AttentionCase.causal(280, heads: 2)
  (steep.deviation, steep.value, steep.gradient) = (8, 1e-5, 4e-5)
  // The probabilities are rounded as well as the result.
  let halves = [groups[3], widths[2], cached[1], sharedPrompt, prefix].map {
    $0.row.inBFloat16([0, 1, 2], value: 8e-3, gradient: 2e-2)
  }
  return (single + [steep]).map(\.row) + halves
}
