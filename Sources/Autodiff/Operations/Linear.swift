import Tensors

/// `y = x Wᵀ (+ bias)`, a linear layer: `x` is `[T, in]`, `weight` is `[out, in]`, `bias` is `[out]`.
///
/// `∂x = ∂y W`, `∂W = ∂yᵀ x`, `∂bias = Σ_T ∂y`. The product runs in x's element type; a float32 weight's bfloat16 copy is
/// made once a step. A frozen weight or an input without gradient costs nothing in the backward pass.
public func linear(_ x: Variable, _ weight: Variable, bias: Variable? = nil) -> Variable {
  precondition(
    x.shape.rank == 2 && weight.shape.rank == 2 && x.shape[1] == weight.shape[1],
    "a weight of shape \(weight.shape) does not fit an input of shape \(x.shape)")
  let y = Tensor(uninitialized: [x.shape[0], weight.shape[0]], x.elementType)
  multiply(
    MatrixOperand(x.value), MatrixOperand(weight.value(forProductsIn: x.elementType), transposed: true),
    into: MatrixOperand(y))
  let product = Variable.result(.linear, y, of: [x, weight]) {
    [dx = x.node, kept = weight.requiresGradient ? x : nil] dy in
    dx?.contributeProduct(MatrixOperand(dy), MatrixOperand(weight.value(forProductsIn: dy.elementType)))
    if let x = kept {
      weight.node?.contributeProduct(MatrixOperand(dy, transposed: true), MatrixOperand(x.value))
    }
  }
  return bias.map { addRow(product, $0) } ?? product
}

/// The results of several linear layers that read one input, each as ``linear(_:_:bias:)`` gives it. Where nothing is recorded
/// and the input has a few rows, one section of parallel work computes all of them.
public func linear(_ x: Variable, _ layers: [(weight: Variable, bias: Variable?)]) -> [Variable] {
  if gradientsAreRecorded { return layers.map { linear(x, $0.weight, bias: $0.bias) } }
  let results = layers.map { Tensor(uninitialized: [x.shape[0], $0.weight.shape[0]], x.elementType) }
  multiply(
    sideBySide: zip(layers, results).map { layer, y in
      let weight = layer.weight.value(forProductsIn: x.elementType)
      return (Factors(MatrixOperand(x.value), MatrixOperand(weight, transposed: true)), MatrixOperand(y))
    })
  return zip(layers, results).map { layer, y in
    let product = Variable.result(.linear, y, of: [x, layer.weight]) { _ in }
    return layer.bias.map { addRow(product, $0) } ?? product
  }
}
