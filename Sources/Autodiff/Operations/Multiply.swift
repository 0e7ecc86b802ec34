import Tensors

/// `y = a b`, element by element. `∂a = b ∂y`, `∂b = a ∂y`.
public func * (a: Variable, b: Variable) -> Variable {
  precondition(a.shape == b.shape && a.elementType == b.elementType, "cannot multiply \(a.shape) by \(b.shape)")
  return .result(.multiply, a.value * b.value, of: [a, b]) { dy in
    a.node?.accumulate(dy * b.value)
    b.node?.accumulate(dy * a.value)
  }
}
