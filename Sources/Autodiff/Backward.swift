import Tensors

extension Variable {
  /// Walks back from this result to the leaves and adds to their gradients.
  ///
  /// - Parameter seed: the gradient of this result; ones where it is nil, so that a scalar is differentiated as it is.
  public func backward(_ seed: Tensor? = nil) {
    guard let node else { return }
    node.accumulate(seed ?? Tensor(repeating: 1, shape))
    var pending = node.reachable()
    while let next = pending.popLast() { next.propagate() }
  }
}

extension Node {
  /// The operations that lead to this node, itself included, earliest first.
  fileprivate func reachable() -> [Node] {
    var found: [Node] = [self]
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(self)]
    var next = 0
    while next < found.count {
      for input in found[next].inputs where !input.isLeaf {
        if seen.insert(ObjectIdentifier(input)).inserted { found.append(input) }
      }
      next += 1
    }
    return found.sorted { $0.order < $1.order }
  }
}
