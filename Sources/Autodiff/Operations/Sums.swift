import CKernels
import Tensors

extension Variable {
  /// `y = Σ x`, a scalar. `∂x = ∂y` everywhere.
  public func sum() -> Variable {
    let total = Tensor(Float(attune_sum(value.pointer, value.count)))
    return .result(.sum, total, of: [self]) { [node, shape = self.shape] dy in
      node?.accumulate(Tensor(repeating: dy.scalar, shape))
    }
  }

  /// `y = Σ x / n`, a scalar.
  public func mean() -> Variable { 1 / Float(max(1, shape.count)) * sum() }
}
