import CKernels

/// The gradients of one key head over spans that share keys with no others.
struct AttentionBackward {
  let geometry: AttentionGeometry
  let spans: [AttentionSpan]
  let keyHead: Int

  init(_ geometry: AttentionGeometry, _ spans: [AttentionSpan], keyHead: Int) {
    self.geometry = geometry
    self.spans = spans
    self.keyHead = keyHead
  }

  /// All key rows between the first and the last that a span sees.
  private var reach: Range<Int> {
    let all = spans.flatMap { [$0.keys] + $0.context }
    return (all.map(\.lowerBound).min() ?? 0)..<(all.map(\.upperBound).max() ?? 0)
  }

  func run(_ pass: AttentionForwardPass, _ dy: Tensor, into gradients: AttentionGradientTargets) {
    let (width, reach) = (geometry.headWidth, reach)
    let keyGradient = Tensor.zeros([reach.count, width])
    let valueGradient = Tensor.zeros([reach.count, width])
    for span in spans {
      for rows in geometry.queryBlocks(of: span) {
        let block = AttentionBlock(geometry, span, rows, keyHead: keyHead)
        let queryGradient = run(
          block, pass, dy, keyGradient: keyGradient, valueGradient: valueGradient, from: reach.lowerBound)
        if let (dq, adding) = gradients.q { block.scatter(queryGradient, to: dq, adding: adding) }
      }
    }
    if let (dk, _) = gradients.k { add(keyGradient, to: dk, from: reach.lowerBound) }
    if let (dv, _) = gradients.v { add(valueGradient, to: dv, from: reach.lowerBound) }
  }

  /// Adds the contributions of a block of queries to the gradients of keys and values, whose first row is `first`, and
  /// returns that of the queries, `[G·rows, D]`.
  private func run(
    _ block: AttentionBlock, _ pass: AttentionForwardPass, _ dy: Tensor, keyGradient: Tensor, valueGradient: Tensor,
    from first: Int
  ) -> Tensor {
    let (type, columns) = (pass.q.elementType, AttentionGeometry.keyColumns)
    let (gathered, gatheredUpstream) = (block.gather(pass.q, as: type), block.gather(dy, as: type))
    let (queries, upstream) = (MatrixOperand(gathered), MatrixOperand(gatheredUpstream))
    let queryGradient = Tensor.zeros([block.count, geometry.headWidth])
    let (deltas, logs) = rowStatistics(block, dy, pass.output, pass.logSums)
    let scores = AttentionScores(rows: block.count, type)
    let gradients = AttentionScores(rows: block.count, type)
    for part in block.keyBlocks {
      let keys = part.keys
      let (keyRows, valueRows) = (block.head(pass.k, keys), block.head(pass.v, keys))
      let local = keys.lowerBound - first..<keys.upperBound - first
      multiplyOnThread(queries, keyRows.transposed, into: scores.target(columns: keys.count))
      for member in 0..<geometry.groupSize {
        let row = member * block.rows.count
        attune_attention_probabilities(
          scores.pointer + row * columns, columns, block.rows.count, keys.count, part.hidden, part.visible,
          geometry.scale, logs.pointer + row)
      }
      multiplyOnThread(upstream, valueRows.transposed, into: gradients.target(columns: keys.count))
      multiplyOnThread(
        scores.operand(columns: keys.count).transposed, upstream, into: MatrixOperand(valueGradient).rows(local),
        adding: true)
      attune_attention_score_gradient(
        scores.pointer, gradients.pointer, columns, block.count, keys.count, geometry.scale, deltas.pointer)
      let factor = gradients.operand(columns: keys.count)
      multiplyOnThread(factor, keyRows, into: MatrixOperand(queryGradient), adding: true)
      multiplyOnThread(factor.transposed, queries, into: MatrixOperand(keyGradient).rows(local), adding: true)
    }
    return queryGradient
  }

  /// Σ ∂o o and the log-sum of every row of a block, in the block's order.
  private func rowStatistics(
    _ block: AttentionBlock, _ dy: Tensor, _ output: Tensor, _ logSums: Tensor
  ) -> (deltas: Tensor, logs: Tensor) {
    let (deltas, logs) = (Tensor(uninitialized: [block.count]), Tensor(uninitialized: [block.count]))
    let (upstream, result) = (block.gather(dy, as: .float32), block.gather(output, as: .float32))
    attune_row_dots(upstream.pointer, result.pointer, deltas.pointer, block.count, geometry.headWidth)
    for row in 0..<block.count { logs.pointer[row] = logSums.pointer[block.head(of: row)] }
    return (deltas, logs)
  }

  /// Adds rows of this key head to `[S, K·D]`.
  private func add(_ gradient: Tensor, to total: Tensor, from first: Int) {
    let width = geometry.headWidth
    for row in 0..<gradient.shape[0] {
      let element = (first + row) * total.shape[1] + keyHead * width
      addElements(of: gradient, from: row * width, to: total, at: element, count: width)
    }
  }
}
