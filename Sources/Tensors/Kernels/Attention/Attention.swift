/// Causal attention over sequences laid end to end, with grouped heads (2305.13245): `softmax(q kᵀ / √D) v`.
///
/// Blockwise with a running softmax (2205.14135): no array of `[T, S]` exists, memory is linear in T, and blocks that no query
/// sees are skipped: later ones, and those that lie wholly before a sliding window (2004.05150).
///
/// - Parameters:
///   - q: queries, `[T, H·D]`.
///   - k: keys, `[S, K·D]`; head h reads key head h / (H/K).
///   - v: values, `[S, K·D]`.
///   - geometry: the sizes, and the window where there is one.
///   - spans: which queries see which keys; every query row is in exactly one span.
/// - Returns: the result `[T, H·D]` in q's element type, and each row's L = log Σ e^s, `[T, H]`, for the backward pass.
package func attention(
  _ q: Tensor, _ k: Tensor, _ v: Tensor, _ geometry: AttentionGeometry, spans: [AttentionSpan]
) -> (output: Tensor, logSums: Tensor) {
  let output = Tensor(uninitialized: q.shape, q.elementType)
  let logSums = Tensor(uninitialized: [q.shape[0], geometry.heads])
  let blocks = spans.flatMap { span in geometry.queryBlocks(of: span).map { (span, $0) } }
  Threads.parallel(balanced: blocks.count * geometry.keyHeads) { task in
    let (span, rows) = blocks[blocks.count - 1 - task / geometry.keyHeads]
    AttentionBlock(geometry, span, rows, keyHead: task % geometry.keyHeads)
      .forward(q, k, v, output: output, logSums: logSums)
  }
  return (output, logSums)
}

/// Memory for a gradient, and whether it is added to what is there or written.
package typealias GradientTarget = (tensor: Tensor, adding: Bool)

/// Where the gradients of an attention are written; nil where one is not computed. Those of the keys and values are always
/// added to, since rows that no query sees get no contribution.
package struct AttentionGradientTargets {
  let q, k, v: GradientTarget?

  /// Puts the targets together.
  package init(q: GradientTarget?, k: GradientTarget?, v: GradientTarget?) { (self.q, self.k, self.v) = (q, k, v) }
}

/// The backward pass of ``attention(_:_:_:_:spans:)`` from its inputs, its result o, the log-sums L and the upstream gradient.
///
/// With P = e^(s - L): `∂v = Pᵀ ∂o`, `∂s = P (∂o vᵀ - Σ ∂o o)`, `∂q = ∂s k / √D`, `∂k = ∂sᵀ q / √D`.
package func attentionBackward(
  _ pass: AttentionForwardPass, _ geometry: AttentionGeometry, spans: [AttentionSpan], _ dy: Tensor,
  into gradients: AttentionGradientTargets
) {
  let groups = geometry.independentGroups(of: spans)
  Threads.parallel(balanced: groups.count * geometry.keyHeads) { task in
    AttentionBackward(geometry, groups[task / geometry.keyHeads], keyHead: task % geometry.keyHeads)
      .run(pass, dy, into: gradients)
  }
}

/// What the backward pass of attention reads of the forward pass.
package struct AttentionForwardPass {
  let q, k, v: Tensor
  /// The result and the log-sums.
  let output, logSums: Tensor

  /// Keeps the inputs and results of a forward pass.
  package init(q: Tensor, k: Tensor, v: Tensor, output: Tensor, logSums: Tensor) {
    (self.q, self.k, self.v, self.output, self.logSums) = (q, k, v, output, logSums)
  }
}
