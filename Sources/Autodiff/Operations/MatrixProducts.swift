import Tensors

/// `y = a b` for matrices `[m, k]` and `[k, n]`. `∂a = ∂y bᵀ`, `∂b = aᵀ ∂y`.
public func matrixProduct(_ a: Variable, _ b: Variable) -> Variable {
  precondition(
    a.shape.rank == 2 && b.shape.rank == 2 && a.shape[1] == b.shape[0], "no product of \(a.shape) and \(b.shape)")
  let (m, k, n) = (a.shape[0], a.shape[1], b.shape[1])
  let y = Tensor(uninitialized: [m, n], a.elementType)
  multiply(MatrixOperand(a.value), MatrixOperand(b.value(as: a.elementType)), into: MatrixOperand(y), m: m, n: n, k: k)
  return .result(.matrixProduct, y, of: [a, b]) { dy in
    if let (da, adding) = a.node?.gradientBuffer() {
      multiply(
        MatrixOperand(dy), MatrixOperand(b.value(as: dy.elementType), transposed: true), into: MatrixOperand(da), m: m,
        n: k, k: n, adding: adding)
    }
    if let (db, adding) = b.node?.gradientBuffer() {
      multiply(
        MatrixOperand(a.value, transposed: true), MatrixOperand(dy), into: MatrixOperand(db), m: k, n: n, k: m,
        adding: adding)
    }
  }
}

/// `y = x Wᵀ (+ bias)`, a linear layer: `x` is `[T, in]`, `weight` is `[out, in]`, `bias` is `[out]`.
///
/// `∂x = ∂y W`, `∂W = ∂yᵀ x`, `∂bias = Σ_T ∂y`. The product runs in x's element type; a float32 weight's bfloat16 copy is
/// made once a step. A frozen weight or an input without gradient costs nothing in the backward pass.
public func linear(_ x: Variable, _ weight: Variable, bias: Variable? = nil) -> Variable {
  precondition(
    x.shape.rank == 2 && weight.shape.rank == 2 && x.shape[1] == weight.shape[1],
    "a weight of shape \(weight.shape) does not fit an input of shape \(x.shape)")
  let (rows, inputs, outputs) = (x.shape[0], x.shape[1], weight.shape[0])
  let y = Tensor(uninitialized: [rows, outputs], x.elementType)
  multiply(
    MatrixOperand(x.value), MatrixOperand(weight.value(forProductsIn: x.elementType), transposed: true),
    into: MatrixOperand(y), m: rows, n: outputs, k: inputs)
  let product = Variable.result(.linear, y, of: [x, weight]) {
    [dx = x.node, kept = weight.requiresGradient ? x : nil] dy in
    if let (dx, adding) = dx?.gradientBuffer() {
      multiply(
        MatrixOperand(dy), MatrixOperand(weight.value(forProductsIn: dy.elementType)), into: MatrixOperand(dx), m: rows,
        n: inputs, k: outputs, adding: adding)
    }
    if let (dw, adding) = weight.node?.gradientBuffer(), let x = kept {
      multiply(
        MatrixOperand(dy, transposed: true), MatrixOperand(x.value), into: MatrixOperand(dw), m: outputs, n: inputs,
        k: rows, adding: adding)
    }
  }
  return bias.map { addRow(product, $0) } ?? product
}

extension Variable {
  /// The value for a product with activations of a type: a float32 parameter's bfloat16 copy; a bfloat16 weight stays as
  /// it is stored, and is widened piece by piece where the arithmetic is float32.
  func value(forProductsIn type: ElementType) -> Tensor { type == .bfloat16 ? value(as: .bfloat16) : value }
}
