import Tensors

/// GELU (1606.08415): `y = x Φ(x)`. `∂x = (Φ(x) + x φ(x)) ∂y`. Φ and φ are the normal distribution and its density.
public func gelu(_ x: Variable) -> Variable {
  let value = { gelu(x.value) }
  return .result(.gelu, value(), of: [x], recompute: value) { dy in x.node?.accumulate(geluBackward(x.value, dy)) }
}
