import CKernels

/// Attention of very few query rows, as in generation: every key and value is read once, as it is stored.
struct FewQueriesAttention {
  /// The most rows, in all heads of a group together, for which packing keys and values does not pay.
  static let mostRows = 4

  let forward: AttentionForward

  /// All rows of a span in the heads that share one key head.
  func run(_ span: AttentionSpan, keyHead: Int) {
    let (q, k, v) = (forward.q, forward.k, forward.v)
    q.elementType.choose(
      float32: run(span, keyHead, k.elements(), v.elements(), attune_attention_dots_f32, attune_attention_sums_f32),
      bfloat16: run(span, keyHead, k.elements(), v.elements(), attune_attention_dots_bf16, attune_attention_sums_bf16))
  }

  private typealias Dots<Element> = (
    UnsafePointer<Element>?, Int, Int, Int, UnsafePointer<Float>?, Int, Int, UnsafeMutablePointer<Float>?, Int
  ) -> Void
  private typealias Sums<Element> = (
    UnsafePointer<Element>?, Int, Int, Int, UnsafePointer<Float>?, Int, Int, UnsafeMutablePointer<Float>?
  ) -> Void

  private func run<Element: StoredElement>(
    _ span: AttentionSpan, _ keyHead: Int, _ k: UnsafeMutablePointer<Element>, _ v: UnsafeMutablePointer<Element>,
    _ dots: Dots<Element>, _ sum: Sums<Element>
  ) {
    let (geometry, columns) = (forward.geometry, AttentionGeometry.blockKeys)
    let (width, stride) = (geometry.headWidth, geometry.keyHeads * geometry.headWidth)
    let rows = AttentionRows(geometry, [(span, span.queries)], keyHead: keyHead)
    let queries = paddedQueries(rows)
    let results = AttentionResults(rows: rows.count, width: width)
    let scores = AttentionScores(.float32)
    for run in span.context + [span.keys] {
      for first in Swift.stride(from: run.lowerBound, to: run.upperBound, by: columns) {
        let keys = first..<min(first + columns, run.upperBound)
        guard let sights = rows.sights(rows.runs[...], of: keys) else { continue }
        let start = first * stride + keyHead * width
        dots(
          k + start, stride, keys.count, width, queries.pointer, rows.count, queries.shape[1], scores.scores(from: 0),
          columns)
        for (run, sight) in sights.runs {
          scores.applySoftmax(geometry, run, at: run.place, sight, keys: keys.count, results)
        }
        sum(
          v + start, stride, keys.count, width, scores.scores(from: 0), columns, rows.count, results.values.pointer)
      }
    }
    results.write(rows, to: forward.output, logSums: forward.logSums)
  }

  /// The rows in float32, padded with zeros to whole vectors.
  private func paddedQueries(_ rows: AttentionRows) -> Tensor {
    let width = forward.geometry.headWidth
    let gathered = rows.gather(forward.q)
    let padded = Tensor.zeros([rows.count, (width + 15) / 16 * 16])
    for row in 0..<rows.count {
      copyElements(of: gathered, from: row * width, to: padded, at: row * padded.shape[1], count: width)
    }
    return padded
  }
}
