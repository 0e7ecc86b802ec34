import Tensors

/// `y[r, i] = x[r, i] row[i]`: a factor for every column. `x` is `[…, n]`, `row` is `[n]` in float32.
///
/// `∂x[r, i] = row[i] ∂y[r, i]`, `∂row[i] = Σ_r x[r, i] ∂y[r, i]`.
public func multiplyRow(_ x: Variable, _ row: Variable) -> Variable {
  precondition(row.shape == [x.shape.width], "a row of shape \(row.shape) for \(x.shape)")
  return .result(.multiplyRow, multiplying(x.value, byRow: row.value), of: [x, row]) {
    [dx = x.node, kept = row.requiresGradient ? x : nil] dy in
    dx?.accumulate(multiplying(dy, byRow: row.value))
    if let x = kept { row.node?.contributeSums { addColumnProducts(of: x.value, dy, to: $0) } }
  }
}
