import Tensors

extension Variable {
  /// Walks back from this result to the leaves and adds to their gradients.
  ///
  /// - Parameter seed: the gradient of this result; ones where it is nil, so that a scalar is differentiated as it is.
  public func backward(_ seed: Tensor? = nil) { backward(seed ?? Tensor(repeating: 1, shape), after: 0) }

  /// Walks back over the operations that were recorded after a certain one. Gradients that arrive at earlier ones stay there.
  func backward(_ seed: Tensor, after order: Int) {
    guard let node else { return }
    node.accumulate(seed)
    var pending = node.reachable(after: order)
    while let next = pending.popLast() { next.propagate() }
  }
}

extension Node {
  /// The operations with a later order than `bound` that lead to this node, itself included, earliest first; leaves have order 0.
  fileprivate func reachable(after bound: Int) -> [Node] {
    var found = order > bound ? [self] : []
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(self)]
    var next = 0
    while next < found.count {
      for input in found[next].inputs where input.order > bound {
        if seen.insert(ObjectIdentifier(input)).inserted { found.append(input) }
      }
      next += 1
    }
    return found.sorted { $0.order < $1.order }
  }
}
