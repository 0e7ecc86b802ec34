import Tensors

/// Computes `body(input)` and forgets everything in between; the backward pass computes it again.
///
/// Activation checkpointing (1604.06174): memory for one more forward pass. Parameters that `body` reads get their
/// gradients as if it had been called plainly. `body` must compute the same both times.
public func checkpoint(_ input: Variable, _ body: @escaping (Variable) -> Variable) -> Variable {
  let value = withoutGradients { body(Variable(input.value)) }.value
  guard Recording.isOn else { return Variable(value) }
  // The node exists even where the input is data: parameters inside want their gradients.
  let node = Node(.checkpoint, for: value, inputs: [input.node].compactMap { $0 }) { dy in
    // A node of its own for the input, so that the inner walk ends there.
    let inner = input.node.map { _ in Node(leafOf: input.shape, input.elementType) }
    body(Variable(input.value, node: inner, recompute: nil)).backward(dy)
    if let gradient = inner?.gradient { input.node?.accumulate(gradient) }
  }
  return Variable(value, node: node, recompute: nil)
}
