import Tensors

/// Causal attention over sequences laid end to end, with grouped heads (2305.13245): `softmax(q kᵀ / √D) v`.
///
/// - Parameters:
///   - q: queries, `[T, H·D]`.
///   - k: keys, `[S, K·D]`; head h reads key head h / (H/K).
///   - v: values, `[S, K·D]`.
///   - window: how many keys a query sees at most: its own and those before it, the context's among them (2004.05150); nil: all
///     of them.
///   - spans: which queries see which keys; every query row is in exactly one span.
/// - Returns: `[T, H·D]` in q's element type.
///
/// Blockwise with a running softmax (2205.14135), forward and backward: memory is linear in T. Keeps q, k, v, the result o
/// and each row's L = log₂ Σ e^s. With P = e^s / Σ e^s: `∂v = Pᵀ ∂o`, `∂s = P (∂o vᵀ - Σ ∂o o)`, `∂q = ∂s k / √D`,
/// `∂k = ∂sᵀ q / √D`.
public func attention(
  _ q: Variable, _ k: Variable, _ v: Variable, headWidth: Int, window: Int? = nil, spans: [AttentionSpan]
) -> Variable {
  let (queries, keys, values) = (q.value, k.value, v.value)
  let geometry = AttentionGeometry(queries.shape, keys.shape, values.shape, headWidth, window: window)
  let (output, logSums) = attention(queries, keys, values, geometry, spans: spans)
  let pass = AttentionForwardPass(q: queries, k: keys, v: values, output: output, logSums: logSums)
  return .result(.attention, output, of: [q, k, v]) { dy in
    let gradients = AttentionGradients(q.node, k.node, v.node)
    attentionBackward(pass, geometry, spans: spans, dy, into: gradients.targets)
    gradients.finish()
  }
}

/// The gradients of an attention's inputs while they are computed.
private struct AttentionGradients {
  /// Where they are written.
  let targets: AttentionGradientTargets
  /// Gradients with memory of their own until all is done, because one variable is used as several inputs.
  private let pending: [(node: Node, tensor: Tensor)]

  init(_ q: Node?, _ k: Node?, _ v: Node?) {
    let nodes = [q, k, v].compactMap { $0 }
    if Set(nodes.map(ObjectIdentifier.init)).count < nodes.count {
      let targets = [q, k, v].map { node in node.map { (tensor: Tensor.zeros($0.shape), adding: true) } }
      self.targets = AttentionGradientTargets(q: targets[0], k: targets[1], v: targets[2])
      pending = zip([q, k, v], targets).compactMap { node, target in
        if let node, let target { (node, target.tensor) } else { nil }
      }
    } else {
      targets = AttentionGradientTargets(q: q?.gradientBuffer(), k: k?.gradientBuffer(), v: v?.gradientBuffer())
      pending = []
    }
  }

  /// Passes on what has memory of its own, when everything has been written.
  func finish() {
    for (node, tensor) in pending { node.accumulate(tensor) }
  }
}
