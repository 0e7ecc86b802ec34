import Tensors

/// Computes `body(input)` and keeps nothing in between; the backward pass computes it again.
///
/// Activation checkpointing (1604.06174): saves memory at the cost of one more forward pass. Whatever else `body` reads,
/// parameters and results of earlier operations, gets its gradient as if `body` had been called directly; where nothing
/// that it reads requires one, nothing is computed again. `body` must compute the same both times.
public func checkpoint(_ input: Variable, _ body: @escaping (Variable) -> Variable) -> Variable {
  guard Recording.isOn else { return body(input) }
  let reads = Reads()
  let value = Recording.$reads.withValue(reads) { withoutGradients { body(Variable(input.value)) } }.value
  let inputs = [input.node].compactMap { $0 } + reads.nodes
  guard !inputs.isEmpty else { return Variable(value) }
  let node = Node(.checkpoint, for: value, inputs: inputs) { dy in
    // A node of its own for the input; and the inner walk leaves the nodes of earlier operations to the outer one,
    // since more may arrive there.
    let inner = input.node.map { _ in Node(leafOf: input.shape, input.elementType) }
    let newest = Node.newest
    body(Variable(KeptValue(input.value), node: inner)).backward(dy, after: newest)
    if let gradient = inner?.gradient { input.node?.accumulate(gradient) }
  }
  return Variable(KeptValue(value), node: node)
}
