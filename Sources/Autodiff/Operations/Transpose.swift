import Tensors

extension Variable {
  /// `y[j, i] = x[i, j]` for a float32 matrix. `∂x` is `∂y` transposed.
  public func transposed() -> Variable {
    .result(.transpose, transpose(value), of: [self]) { [node] dy in node?.accumulate(transpose(dy)) }
  }
}
