import CKernels
import Tensors

/// Where an attention's gradients go; nil where one is not wanted.
struct AttentionGradients {
  typealias Target = (tensor: Tensor, adding: Bool)
  let q, k, v: Target?
  /// Contributions that stand apart until all is done, because one variable is read in several places.
  private let pending: [(node: Node, tensor: Tensor)]

  init(_ q: Node?, _ k: Node?, _ v: Node?) {
    let nodes = [q, k, v].compactMap { $0 }
    if Set(nodes.map(ObjectIdentifier.init)).count < nodes.count {
      let targets = [q, k, v].map { node in node.map { (tensor: Tensor.zeros($0.shape), adding: true) } }
      (self.q, self.k, self.v) = (targets[0], targets[1], targets[2])
      pending = zip([q, k, v], targets).compactMap { node, target in
        if let node, let target { (node, target.tensor) } else { nil }
      }
    } else {
      self.q = q?.gradientBuffer()
      self.k = Self.cleared(k)
      self.v = Self.cleared(v)
      pending = []
    }
  }

  /// To be called when everything has been written.
  func finish() {
    for (node, tensor) in pending { node.accumulate(tensor) }
  }

  /// Rows that nothing sees get no contribution: zeros must stand there.
  private static func cleared(_ node: Node?) -> Target? {
    guard let buffer = node?.gradientBuffer() else { return nil }
    if !buffer.adding { fillWithZeros(buffer.tensor) }
    return buffer
  }
}

/// The gradients of one key head over spans that share keys with nobody else.
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

  func run(
    _ q: Tensor, _ k: Tensor, _ v: Tensor, _ output: Tensor, _ logSums: Tensor, _ dy: Tensor,
    into gradients: AttentionGradients
  ) {
    let (width, columns, reach) = (geometry.headWidth, AttentionGeometry.keyColumns, reach)
    let keyGradient = Tensor.zeros([reach.count, width])
    let valueGradient = Tensor.zeros([reach.count, width])
    for span in spans {
      for rows in geometry.queryBlocks(of: span) {
        let block = AttentionBlock(geometry, span, rows, keyHead: keyHead)
        let (queries, upstream) = (block.gather(q, as: q.elementType), block.gather(dy, as: q.elementType))
        let queryGradient = Tensor.zeros([block.count, width])
        let (deltas, logs) = rowStatistics(block, dy, output, logSums)
        let scores = AttentionScores(rows: block.count, q.elementType)
        let slopes = AttentionScores(rows: block.count, q.elementType)
        for (keys, visible) in block.keyBlocks {
          let (keyRows, valueRows) = (block.head(k, keys), block.head(v, keys))
          let local = keys.lowerBound - reach.lowerBound
          let (m, n) = (block.count, keys.count)
          multiplyOnThread(
            MatrixOperand(queries), keyRows.transposed, into: scores.target, m: m, n: n, k: width)
          for member in 0..<geometry.groupSize {
            let row = member * rows.count
            attune_attention_probabilities(
              scores.pointer + row * columns, columns, rows.count, n, visible, geometry.scale, logs.pointer + row)
          }
          multiplyOnThread(
            MatrixOperand(upstream), valueRows.transposed, into: slopes.target, m: m, n: n, k: width)
          multiplyOnThread(
            scores.operand(columns: n, transposed: true), MatrixOperand(upstream),
            into: MatrixOperand(valueGradient.rows(local..<local + n)), m: n, n: width, k: m, adding: true)
          attune_attention_score_gradient(
            scores.pointer, slopes.pointer, columns, m, n, geometry.scale, deltas.pointer)
          let factor = slopes.operand(columns: n)
          multiplyOnThread(
            factor, keyRows, into: MatrixOperand(queryGradient), m: m, n: width, k: n, adding: true)
          multiplyOnThread(
            factor.transposed, MatrixOperand(queries),
            into: MatrixOperand(keyGradient.rows(local..<local + n)), m: n, n: width, k: m, adding: true)
        }
        if let (dq, adding) = gradients.q { block.scatter(queryGradient, to: dq, adding: adding) }
      }
    }
    if let (dk, _) = gradients.k { add(keyGradient, to: dk, from: reach.lowerBound) }
    if let (dv, _) = gradients.v { add(valueGradient, to: dv, from: reach.lowerBound) }
  }

  /// Σ ∂o o and the log-sum of every row of a block, in the block's order.
  private func rowStatistics(
    _ block: AttentionBlock, _ dy: Tensor, _ output: Tensor, _ logSums: Tensor
  ) -> (deltas: Tensor, logs: Tensor) {
    let (deltas, logs) = (Tensor(uninitialized: [block.count]), Tensor(uninitialized: [block.count]))
    let (upstream, result) = (block.gather(dy, as: .float32), block.gather(output, as: .float32))
    attune_row_dots(
      upstream.pointer, result.pointer, deltas.pointer, block.count, geometry.headWidth)
    for row in 0..<block.count {
      let (member, query) = row.quotientAndRemainder(dividingBy: block.rows.count)
      logs.pointer[row] =
        logSums.pointer[
          (block.rows.lowerBound + query) * geometry.heads + keyHead * geometry.groupSize + member]
    }
    return (deltas, logs)
  }

  /// Adds rows of this key head to `[S, K·D]`.
  private func add(_ gradient: Tensor, to total: Tensor, from first: Int) {
    let width = geometry.headWidth
    for row in 0..<gradient.shape[0] {
      let from = gradient.pointer + row * width
      let element = (first + row) * total.shape[1] + keyHead * width
      switch total.elementType {
      case .float32: attune_add_f32(total.pointer + element, from, total.pointer + element, width)
      case .bfloat16:
        attune_add_f32_bf16(from, total.halfPointer + element, from, width)
        attune_narrow(from, total.halfPointer + element, width)
      }
    }
  }
}
