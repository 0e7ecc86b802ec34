import CKernels
import Tensors

/// `y = a + b`, element by element; `b` may be bfloat16 where `a` is float32, as a block's output on the residual stream.
///
/// `∂a = ∂y`, `∂b = ∂y`.
public func + (a: Variable, b: Variable) -> Variable {
  precondition(a.shape == b.shape, "cannot add \(b.shape) to \(a.shape)")
  let y = Tensor(uninitialized: a.shape, a.elementType)
  add(a.value, b.value, into: y)
  return .result(.add, y, of: [a, b]) { [a = a.node, b = b.node] dy in
    a?.accumulate(dy)
    b?.accumulate(dy)
  }
}

/// `y[r, i] = x[r, i] + row[i]`: a bias. `x` is `[…, n]`, `row` is `[n]` in float32.
///
/// `∂x = ∂y`, `∂row = Σ_r ∂y[r]`.
public func addRow(_ x: Variable, _ row: Variable) -> Variable {
  precondition(row.shape == [x.shape.width], "a row of shape \(row.shape) for \(x.shape)")
  let y = Elementwise.mapRows(x.value, row.value, attune_add_row_f32, attune_add_row_bf16)
  return .result(.addRow, y, of: [x, row]) { [x = x.node, row = row.node] dy in
    x?.accumulate(dy)
    row?.contributeSums { addColumns(of: dy, into: $0) }
  }
}

/// Adds up a matrix's columns, `[r, n]` into `[n]` in float32; threads share the columns, so the order of adding is fixed.
func addColumns(of matrix: Tensor, into sums: Tensor) {
  let width = matrix.shape.width
  Threads.forRange(width, grain: 64) { range in
    let start = range.lowerBound
    switch matrix.elementType {
    case .float32:
      attune_add_columns_f32(matrix.pointer + start, matrix.shape.rows, width, sums.pointer + start, range.count)
    case .bfloat16:
      attune_add_columns_bf16(matrix.halfPointer + start, matrix.shape.rows, width, sums.pointer + start, range.count)
    }
  }
}
