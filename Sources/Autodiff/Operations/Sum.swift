import Tensors

extension Variable {
  /// `y = Σ x`, a scalar. `∂x = ∂y` everywhere.
  public func sum() -> Variable {
    .result(.sum, Tensor(Tensors.sum(of: value)), of: [self]) { [node, shape = self.shape] dy in
      node?.accumulate(Tensor(repeating: dy.scalar, shape))
    }
  }

  /// `y = Σ x / n`, a scalar.
  public func mean() -> Variable { 1 / Float(max(1, shape.count)) * sum() }
}
