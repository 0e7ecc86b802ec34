import Tensors

/// `y = e^x`. `∂x = y ∂y`.
public func exp(_ x: Variable) -> Variable {
  let value = { exp(x.value) }
  return .result(.exp, value(), of: [x], recompute: value) { dy in x.node?.accumulate(expBackward(x.value, dy)) }
}
