import Tensors

/// `y = tanh x`. `∂x = (1 - y²) ∂y`.
public func tanh(_ x: Variable) -> Variable {
  let value = { tanh(x.value) }
  return .result(.tanh, value(), of: [x], recompute: value) { dy in x.node?.accumulate(tanhBackward(x.value, dy)) }
}
