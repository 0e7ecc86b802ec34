import CKernels
import Tensors

/// SwiGLU's gate (2002.05202): `y = silu(gate) up`, element by element.
///
/// With s = σ(gate): `∂gate = up s (1 + gate (1 - s)) ∂y`, `∂up = gate s ∂y`.
public func swiGLU(_ gate: Variable, _ up: Variable) -> Variable {
  precondition(gate.shape == up.shape && gate.elementType == up.elementType, "a gate of \(gate.shape) for \(up.shape)")
  let value = { Elementwise.map(gate.value, up.value, attune_swiglu_f32, attune_swiglu_bf16) }
  return .result(.swiGLU, value(), of: [gate, up], recompute: value) { dy in
    let (g, u) = (gate.value, up.value)
    let dg = Tensor(uninitialized: gate.shape, gate.elementType)
    let du = Tensor(uninitialized: gate.shape, gate.elementType)
    Threads.forRange(g.count, grain: 1 << 13) { range in
      let start = range.lowerBound
      switch gate.elementType {
      case .float32:
        attune_swiglu_backward_f32(
          g.pointer + start, u.pointer + start, dy.pointer + start, dg.pointer + start, du.pointer + start, range.count)
      case .bfloat16:
        attune_swiglu_backward_bf16(
          g.halfPointer + start, u.halfPointer + start, dy.halfPointer + start, dg.halfPointer + start,
          du.halfPointer + start, range.count)
      }
    }
    gate.node?.accumulate(dg)
    up.node?.accumulate(du)
  }
}
