import Tensors

extension Variable {
  /// The same elements in another shape. `∂x` is `∂y` in x's shape.
  public func reshaped(_ shape: Shape) -> Variable {
    .result(.reshape, value.reshaped(shape), of: [self]) { [node, shape = self.shape] dy in
      node?.accumulate(dy.reshaped(shape))
    }
  }
}
