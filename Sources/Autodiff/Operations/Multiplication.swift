import CKernels
import Tensors

/// `y = a b`, element by element. `∂a = b ∂y`, `∂b = a ∂y`.
public func * (a: Variable, b: Variable) -> Variable {
  precondition(a.shape == b.shape && a.elementType == b.elementType, "cannot multiply \(a.shape) by \(b.shape)")
  let y = Elementwise.map(a.value, b.value, attune_multiply_f32, attune_multiply_bf16)
  return .result(.multiply, y, of: [a, b]) { dy in
    a.node?.accumulate(Elementwise.map(dy, b.value, attune_multiply_f32, attune_multiply_bf16))
    b.node?.accumulate(Elementwise.map(dy, a.value, attune_multiply_f32, attune_multiply_bf16))
  }
}

/// `y[r, i] = x[r, i] row[i]`: a factor for every column. `x` is `[…, n]`, `row` is `[n]` in float32.
///
/// `∂x[r, i] = row[i] ∂y[r, i]`, `∂row[i] = Σ_r x[r, i] ∂y[r, i]`.
public func multiplyRow(_ x: Variable, _ row: Variable) -> Variable {
  precondition(row.shape == [x.shape.width], "a row of shape \(row.shape) for \(x.shape)")
  return .result(.multiplyRow, multiplied(x.value, byRow: row.value), of: [x, row]) {
    [dx = x.node, kept = row.requiresGradient ? x : nil] dy in
    dx?.accumulate(multiplied(dy, byRow: row.value))
    guard let x = kept else { return }
    row.node?.contributeSums { sums in
      let (input, width) = (x.value, x.shape.width)
      Threads.forRange(width, grain: 64) { range in
        let start = range.lowerBound
        switch x.elementType {
        case .float32:
          attune_multiply_row_backward_f32(
            input.pointer + start, dy.pointer + start, sums.pointer + start, x.shape.rows, width, range.count)
        case .bfloat16:
          attune_multiply_row_backward_bf16(
            input.halfPointer + start, dy.halfPointer + start, sums.pointer + start, x.shape.rows, width, range.count)
        }
      }
    }
  }
}

private func multiplied(_ x: Tensor, byRow row: Tensor) -> Tensor {
  Elementwise.mapRows(x, row, attune_multiply_row_f32, attune_multiply_row_bf16)
}
