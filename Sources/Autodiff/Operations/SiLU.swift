import Tensors

/// `y = x σ(x)`. `∂x = σ(x) (1 + x (1 - σ(x))) ∂y`.
public func silu(_ x: Variable) -> Variable {
  let value = { silu(x.value) }
  return .result(.silu, value(), of: [x], recompute: value) { dy in x.node?.accumulate(siluBackward(x.value, dy)) }
}
