import Tensors

/// `y = c x` for a number c. `∂x = c ∂y`.
public func * (factor: Float, x: Variable) -> Variable {
  .result(.scale, scaled(x.value, by: factor), of: [x]) { [x = x.node] dy in x?.accumulate(scaled(dy, by: factor)) }
}

/// `y = -x`.
public prefix func - (x: Variable) -> Variable { -1 * x }
