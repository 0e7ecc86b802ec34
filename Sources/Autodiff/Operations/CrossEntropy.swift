import Tensors

/// What ``crossEntropy(_:head:rows:targets:)`` computes for every row.
public struct TokenLosses {
  /// `-log p(target)` in nats, `[n]`.
  public let losses: Variable
  /// Whether the target was the most likely token.
  public let hits: [Bool]
}

/// A part of the logits, `x Wᵀ`.
public struct LogitPart {
  /// x, `[T, C]`.
  public let states: Variable
  /// W, `[V, C]`.
  public let weight: Variable

  /// The product of some states and a weight.
  public init(states: Variable, weight: Variable) {
    precondition(
      states.shape.rank == 2 && weight.shape.rank == 2 && states.shape[1] == weight.shape[1],
      "a head of \(weight.shape) for \(states.shape)")
    (self.states, self.weight) = (states, weight)
  }
}

/// The output head and cross-entropy in one: `loss[i] = log Σ_v e^z[v] - z[target]` with `z = W x[rows[i]]`.
///
/// - Parameters:
///   - hidden: the decoder's last states, `[T, C]`.
///   - head: the output head (or the tied embedding) W, `[V, C]`.
///   - rows: which rows of `hidden` predict a trained token; the others cost nothing.
///   - targets: the token that each of those rows should predict.
public func crossEntropy(_ hidden: Variable, head: Variable, rows: [Int], targets: [Int32]) -> TokenLosses {
  crossEntropy([LogitPart(states: hidden, weight: head)], rows: rows, targets: targets)
}

/// The cross-entropy of logits that are a sum, `z = Σ_p W_p x_p[rows[i]]`: a head and low-rank changes beside it.
///
/// The logits exist for a few hundred rows at a time only. `∂x_p = u (softmax(z) - onehot) W_p` and
/// `∂W_p = Σ u (softmax(z) - onehot) x_pᵀ` for an upstream gradient u of each row. The forward pass computes both for
/// u = 1 while the logits are there; ∂x is then scaled row by row. ∂W can be scaled only where u is the same for all rows,
/// as it is for a sum, or a multiple of `weights`; otherwise the logits are computed again.
///
/// - Parameters:
///   - parts: at least one; their states have the same rows and the same element type.
///   - weights: what u is expected to be a multiple of; nil: 1. The losses are not multiplied by them.
public func crossEntropy(
  _ parts: [LogitPart], rows: [Int], targets: [Int32], expecting weights: [Float]? = nil
) -> TokenLosses {
  let (vocabulary, type) = (parts[0].weight.shape[0], parts[0].states.elementType)
  precondition(parts.allSatisfy { $0.weight.shape[0] == vocabulary && $0.states.elementType == type }, "parts differ")
  precondition(rows.count == targets.count && targets.allSatisfy { 0..<Int32(vocabulary) ~= $0 }, "targets")
  let loss = HeadCrossEntropy(
    parts.map { part in
      HeadCrossEntropy.Part(
        states: withoutGradients { part.states.selectingRows(rows) }.value,
        weight: part.weight.value(forProductsIn: type))
    }, targets: targets)
  let inputGradients = parts.map { part in
    Recording.isOn && part.states.requiresGradient
      ? Tensor(uninitialized: [rows.count, part.states.shape[1]], type) : nil
  }
  let weightGradients = parts.map { part in
    Recording.isOn ? part.weight.node?.contributionMemory() : nil
  }
  let (losses, hits) = loss.run(inputGradients: inputGradients, weightGradients: weightGradients, scales: weights)
  let kept = parts.contains { $0.weight.requiresGradient } ? loss : nil
  let nodes = parts.map { (states: $0.states.node, weight: $0.weight.node) }
  let result = Variable.result(.crossEntropy, losses, of: parts.flatMap { [$0.states, $0.weight] }) { dy in
    let upstream = dy.array
    for (node, gradient) in zip(nodes, inputGradients) {
      guard let gradient else { continue }
      node.states?.contribute(as: gradient.elementType) { dx, adding in
        if !adding { fillWithZeros(dx) }
        addRows(of: gradient, scaledBy: upstream, to: dx, at: rows)
      }
    }
    guard let kept, weightGradients.contains(where: { $0 != nil }) else { return }
    let expected = weights ?? upstream.map { _ in 1 }
    let multiple = zip(upstream, expected).first { $1 != 0 }.map { $0 / $1 } ?? 1
    let isExpected = zip(upstream, expected).allSatisfy { $0 == multiple * $1 }
    if !isExpected {
      _ = kept.run(inputGradients: nodes.map { _ in nil }, weightGradients: weightGradients, scales: upstream)
    }
    let scale = isExpected ? multiple : 1
    for (node, gradient) in zip(nodes, weightGradients) {
      guard let gradient else { continue }
      node.weight?.accumulate(scale == 1 ? gradient : scale * gradient)
    }
  }
  return TokenLosses(losses: result, hits: hits)
}
