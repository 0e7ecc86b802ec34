import Tensors

/// `y = a - b`, element by element. `∂a = ∂y`, `∂b = -∂y`.
public func - (a: Variable, b: Variable) -> Variable {
  precondition(a.shape == b.shape && a.elementType == b.elementType, "cannot subtract \(b.shape) from \(a.shape)")
  return .result(.subtract, a.value - b.value, of: [a, b]) { [a = a.node, b = b.node] dy in
    a?.accumulate(dy)
    b?.accumulate(-1 * dy)
  }
}
