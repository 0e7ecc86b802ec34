import Tensors

/// `y = a + b`, element by element; `b` may be bfloat16 where `a` is float32, as a block's output on the residual stream.
///
/// `∂a = ∂y`, `∂b = ∂y`.
public func + (a: Variable, b: Variable) -> Variable {
  precondition(a.shape == b.shape, "cannot add \(b.shape) to \(a.shape)")
  return .result(.add, a.value + b.value, of: [a, b]) { [a = a.node, b = b.node] dy in
    a?.accumulate(dy)
    b?.accumulate(dy)
  }
}
