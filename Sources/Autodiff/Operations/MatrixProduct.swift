import Tensors

/// `y = a b` for matrices `[m, k]` and `[k, n]`. `∂a = ∂y bᵀ`, `∂b = aᵀ ∂y`.
public func matrixProduct(_ a: Variable, _ b: Variable) -> Variable {
  precondition(
    a.shape.rank == 2 && b.shape.rank == 2 && a.shape[1] == b.shape[0], "no product of \(a.shape) and \(b.shape)")
  let y = Tensor(uninitialized: [a.shape[0], b.shape[1]], a.elementType)
  multiply(MatrixOperand(a.value), MatrixOperand(b.value(as: a.elementType)), into: MatrixOperand(y))
  return .result(.matrixProduct, y, of: [a, b]) { dy in
    a.node?.contributeProduct(MatrixOperand(dy), MatrixOperand(b.value(as: dy.elementType), transposed: true))
    b.node?.contributeProduct(MatrixOperand(a.value, transposed: true), MatrixOperand(dy))
  }
}

extension Node {
  /// Adds `a b` to the gradient, as a product writes it.
  func contributeProduct(_ a: @autoclosure () -> MatrixOperand, _ b: @autoclosure () -> MatrixOperand) {
    let (gradient, adding) = gradientBuffer()
    multiply(a(), b(), into: MatrixOperand(gradient), adding: adding)
  }
}

extension Variable {
  /// The value for a product with activations of a type: a float32 parameter's bfloat16 copy. A bfloat16 weight is used as
  /// it is stored, and is converted piece by piece where the arithmetic is float32.
  func value(forProductsIn type: ElementType) -> Tensor { type == .bfloat16 ? value(as: .bfloat16) : value }
}
