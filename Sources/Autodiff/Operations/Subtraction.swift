import CKernels
import Tensors

/// `y = a - b`, element by element. `∂a = ∂y`, `∂b = -∂y`.
public func - (a: Variable, b: Variable) -> Variable {
  precondition(a.shape == b.shape && a.elementType == b.elementType, "cannot subtract \(b.shape) from \(a.shape)")
  let y = Elementwise.map(a.value, b.value, attune_subtract_f32, attune_subtract_bf16)
  return .result(.subtract, y, of: [a, b]) { [a = a.node, b = b.node] dy in
    a?.accumulate(dy)
    b?.accumulate(scaled(dy, by: -1))
  }
}
