import Tensors

/// `y = max(x, 0)`. `∂x = ∂y` where x > 0, else 0.
public func relu(_ x: Variable) -> Variable {
  let value = { relu(x.value) }
  return .result(.relu, value(), of: [x], recompute: value) { dy in x.node?.accumulate(reluBackward(x.value, dy)) }
}
