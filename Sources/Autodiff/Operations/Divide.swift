import Tensors

/// `y = a / b`, element by element, in float32. `∂a = ∂y / b`, `∂b = -y ∂y / b`.
public func / (a: Variable, b: Variable) -> Variable {
  precondition(a.shape == b.shape, "cannot divide \(a.shape) by \(b.shape)")
  precondition(a.elementType == .float32 && b.elementType == .float32, "division is in float32")
  let y = a.value / b.value
  return .result(.divide, y, of: [a, b]) { dy in
    let overB = dy / b.value
    a.node?.accumulate(overB)
    b.node?.accumulate(-1 * (overB * y))
  }
}
