import Tensors

/// SwiGLU's gate (2002.05202): `y = silu(gate) up`, element by element.
///
/// With s = σ(gate): `∂gate = up s (1 + gate (1 - s)) ∂y`, `∂up = gate s ∂y`.
public func swiGLU(_ gate: Variable, _ up: Variable) -> Variable {
  precondition(gate.shape == up.shape && gate.elementType == up.elementType, "a gate of \(gate.shape) for \(up.shape)")
  let value = { swiGLU(gate.value, up.value) }
  return .result(.swiGLU, value(), of: [gate, up], recompute: value) { dy in
    let gradients = swiGLUBackward(gate.value, up.value, dy)
    gate.node?.accumulate(gradients.gate)
    up.node?.accumulate(gradients.up)
  }
}
