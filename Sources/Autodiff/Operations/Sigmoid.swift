import Tensors

/// `y = σ(x) = 1 / (1 + e^-x)`. `∂x = y (1 - y) ∂y`.
public func sigmoid(_ x: Variable) -> Variable {
  let value = { sigmoid(x.value) }
  return .result(.sigmoid, value(), of: [x], recompute: value) { dy in x.node?.accumulate(sigmoidBackward(x.value, dy))
  }
}
