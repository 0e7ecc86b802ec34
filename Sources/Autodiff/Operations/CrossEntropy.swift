import Tensors

/// What ``crossEntropy(_:head:rows:targets:)`` computes for every row.
public struct TokenLosses {
  /// `-log p(target)` in nats, `[n]`.
  public let losses: Variable
  /// Whether the target was the most likely token.
  public let hits: [Bool]
}

/// The output head and cross-entropy in one: `loss[i] = log Σ_v e^z[v] - z[target]` with `z = W x[rows[i]]`.
///
/// - Parameters:
///   - hidden: the decoder's last states, `[T, C]`.
///   - head: the output head (or the tied embedding) W, `[V, C]`.
///   - rows: which rows of `hidden` predict a trained token; the others cost nothing.
///   - targets: the token that each of those rows should predict.
///
/// The logits exist for a few hundred rows at a time only. `∂x = u (softmax(z) - onehot) W` and
/// `∂W = Σ u (softmax(z) - onehot) xᵀ` for an upstream gradient u of each row. The forward pass computes both for u = 1
/// while the logits are there; ∂x is then scaled row by row. ∂W can be scaled only where u is the same for all rows, as
/// it is for a sum; otherwise the logits are computed again.
public func crossEntropy(_ hidden: Variable, head: Variable, rows: [Int], targets: [Int32]) -> TokenLosses {
  let (vocabulary, width) = (head.shape[0], head.shape[1])
  precondition(hidden.shape.rank == 2 && hidden.shape[1] == width, "a head of \(head.shape) for \(hidden.shape)")
  precondition(rows.count == targets.count && targets.allSatisfy { 0..<Int32(vocabulary) ~= $0 }, "targets")
  let states = withoutGradients { hidden.selectingRows(rows) }.value
  let loss = HeadCrossEntropy(
    states: states, weight: head.value(forProductsIn: hidden.elementType), targets: targets)
  let inputGradient =
    Recording.isOn && hidden.requiresGradient ? Tensor(uninitialized: states.shape, states.elementType) : nil
  let headGradient = Recording.isOn ? head.node?.contributionMemory() : nil
  let (losses, hits) = loss.run(inputGradient: inputGradient, headGradient: headGradient, scales: nil)
  let kept = head.requiresGradient ? loss : nil
  let result = Variable.result(.crossEntropy, losses, of: [hidden, head]) { [x = hidden.node, w = head.node] dy in
    let upstream = dy.array
    if let inputGradient {
      x?.contribute(as: inputGradient.elementType) { dx, adding in
        if !adding { fillWithZeros(dx) }
        addRows(of: inputGradient, scaledBy: upstream, to: dx, at: rows)
      }
    }
    guard let w, let headGradient, let kept else { return }
    if let first = upstream.first, upstream.allSatisfy({ $0 == first }) {
      w.accumulate(first == 1 ? headGradient : first * headGradient)
    } else {
      _ = kept.run(inputGradient: nil, headGradient: headGradient, scales: upstream)
      w.accumulate(headGradient)
    }
  }
  return TokenLosses(losses: result, hits: hits)
}
