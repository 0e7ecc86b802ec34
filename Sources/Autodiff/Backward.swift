import Tensors

extension Variable {
  /// Walks back from this result to the leaves and adds to their gradients.
  ///
  /// - Parameter seed: the gradient of this result; ones where it is nil, so that a scalar is differentiated as it is.
  public func backward(_ seed: Tensor? = nil) { backward(seed ?? Tensor(repeating: 1, shape), after: 0) }

  /// Walks back from this result to the leaves, and reports each leaf as soon as nothing more is added to its gradient and
  /// nothing reads its value: it may then be changed, and its gradient cleared, while the walk continues.
  ///
  /// - Parameter onComplete: receives the node of each leaf, once; always in the same order.
  public func backward(onComplete: (Node) -> Void) {
    guard let node else { return }
    node.accumulate(Tensor(repeating: 1, shape))
    var pending = node.reachable(after: 0)
    var completed = pending.map { _ in [Node]() }
    var seen: Set<ObjectIdentifier> = []
    // The earliest operation that reads a leaf is the last that adds to its gradient.
    for (index, operation) in pending.enumerated() {
      for leaf in operation.inputs where leaf.isLeaf && seen.insert(ObjectIdentifier(leaf)).inserted {
        completed[index].append(leaf)
      }
    }
    while let next = pending.popLast() {
      next.propagate()
      completed.popLast()?.forEach(onComplete)
    }
  }

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
