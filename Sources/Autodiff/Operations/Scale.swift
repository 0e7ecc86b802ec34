import Tensors

/// `y = c x` for a number c. `∂x = c ∂y`.
public func * (factor: Float, x: Variable) -> Variable {
  .result(.scale, factor * x.value, of: [x]) { [x = x.node] dy in x?.accumulate(factor * dy) }
}

/// `y = -x`.
public prefix func - (x: Variable) -> Variable { -1 * x }
