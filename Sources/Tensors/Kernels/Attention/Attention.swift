import CKernels

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
/// - Returns: the result `[T, H·D]` in q's element type, and L = log₂ Σ e^s of each head's rows, `[H, T]`, for the backward
///   pass.
package func attention(
  _ q: Tensor, _ k: Tensor, _ v: Tensor, _ geometry: AttentionGeometry, spans: [AttentionSpan]
) -> (output: Tensor, logSums: Tensor) {
  let output = Tensor(uninitialized: q.shape, q.elementType)
  let logSums = Tensor(uninitialized: [geometry.heads, q.shape[0]])
  let forward = AttentionForward(
    geometry: geometry, q: q, k: k.cast(to: q.elementType), v: v.cast(to: q.elementType), output: output,
    logSums: logSums,
    kernels: KernelSet.current.kernels(for: q.elementType))
  let isShort = { (span: AttentionSpan) in
    span.queries.count * geometry.groupSize <= FewQueriesAttention.mostRows
  }
  let short = spans.filter(isShort)
  let plan = AttentionPlan(forward: geometry, spans.filter { !isShort($0) })
  // The longest first.
  let order = plan.queries.sorted { $0.keys.count * $0.count > $1.keys.count * $1.count }
  Threads.parallel(balanced: (order.count + short.count) * geometry.keyHeads) { task in
    let (index, keyHead) = task.quotientAndRemainder(dividingBy: geometry.keyHeads)
    if index < order.count {
      forward.run(order[index], plan, keyHead: keyHead)
    } else {
      FewQueriesAttention(forward: forward).run(short[index - order.count], keyHead: keyHead)
    }
  }
  return (output, logSums)
}

/// Memory for a gradient, and whether it is added to what is there or written.
package typealias GradientTarget = (tensor: Tensor, adding: Bool)

/// Where the gradients of an attention are written; nil where one is not computed.
package struct AttentionGradientTargets {
  let q, k, v: GradientTarget?

  /// Puts the targets together.
  package init(q: GradientTarget?, k: GradientTarget?, v: GradientTarget?) { (self.q, self.k, self.v) = (q, k, v) }
}

/// The backward pass of ``attention(_:_:_:_:spans:)`` from its inputs, its result o, the log-sums L and the upstream gradient.
///
/// With P = 2^(s log₂ e - L): `∂v = Pᵀ ∂o`, `∂s = P (∂o vᵀ - Σ ∂o o)`, `∂q = ∂s k / √D`, `∂k = ∂sᵀ q / √D`. Pieces that add
/// to the same gradients are computed one round after another, so that the order of adding is fixed.
package func attentionBackward(
  _ pass: AttentionForwardPass, _ geometry: AttentionGeometry, spans: [AttentionSpan], _ dy: Tensor,
  into gradients: AttentionGradientTargets
) {
  let plan = AttentionPlan(backward: geometry, spans)
  let upstream = dy.cast(to: pass.q.elementType)
  let sums = (
    q: gradients.q.map(GradientSums.init), k: gradients.k.map(GradientSums.init), v: gradients.v.map(GradientSums.init)
  )
  let backward = AttentionBackward(
    geometry: geometry, pass: pass, upstream: upstream, deltas: headDots(upstream, pass.output, geometry),
    sums: (sums.q?.tensor, sums.k?.tensor, sums.v?.tensor),
    kernels: KernelSet.current.kernels(for: pass.q.elementType))
  for round in plan.rounds {
    Threads.parallel(balanced: round.count * geometry.keyHeads) { task in
      let (index, keyHead) = task.quotientAndRemainder(dividingBy: geometry.keyHeads)
      let piece = round[index]
      backward.run(plan.queries[piece.queries], keys: plan.keys[piece.keys], keyHead: keyHead)
    }
  }
  for sums in [sums.q, sums.k, sums.v] { sums?.finish() }
}

/// What the backward pass of attention reads of the forward pass.
package struct AttentionForwardPass {
  let q, k, v: Tensor
  /// The result and the log-sums.
  let output, logSums: Tensor

  /// Keeps the inputs and results of a forward pass; keys and values in the queries' element type.
  package init(q: Tensor, k: Tensor, v: Tensor, output: Tensor, logSums: Tensor) {
    (self.k, self.v) = (k.cast(to: q.elementType), v.cast(to: q.elementType))
    (self.q, self.output, self.logSums) = (q, output, logSums)
  }
}

/// Σ a b of every head of every row of two tensors `[T, H·D]`: `[H, T]`.
private func headDots(_ a: Tensor, _ b: Tensor, _ geometry: AttentionGeometry) -> Tensor {
  let (rows, heads, width) = (a.shape[0], geometry.heads, geometry.headWidth)
  let dots = Tensor(uninitialized: [heads, rows])
  Threads.forRange(rows, grain: 64, width: heads * width) { range in
    let (first, last) = (range.lowerBound, range.upperBound)
    a.elementType.choose(
      float32: attune_head_dots_f32(a.elements(), b.elements(), first, last, heads, width, dots.pointer, rows),
      bfloat16: attune_head_dots_bf16(a.elements(), b.elements(), first, last, heads, width, dots.pointer, rows))
  }
  return dots
}
