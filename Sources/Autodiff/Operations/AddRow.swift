import Tensors

/// `y[r, i] = x[r, i] + row[i]`: a bias. `x` is `[…, n]`, `row` is `[n]` in float32.
///
/// `∂x = ∂y`, `∂row = Σ_r ∂y[r]`.
public func addRow(_ x: Variable, _ row: Variable) -> Variable {
  precondition(row.shape == [x.shape.width], "a row of shape \(row.shape) for \(x.shape)")
  return .result(.addRow, adding(row: row.value, to: x.value), of: [x, row]) { [x = x.node, row = row.node] dy in
    x?.accumulate(dy)
    row?.contributeSums { addColumns(of: dy, to: $0) }
  }
}
