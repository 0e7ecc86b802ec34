import CKernels

/// `y[r, i] = x[r, i] + row[i]`: `x` is `[…, n]`, `row` is `[n]` in float32.
package func adding(row: Tensor, to x: Tensor) -> Tensor {
  x.elementType.choose(
    float32: ElementKernels.mapRows(x, row, attune_add_row_f32),
    bfloat16: ElementKernels.mapRows(x, row, attune_add_row_bf16))
}

/// `y[r, i] = x[r, i] row[i]`: `x` is `[…, n]`, `row` is `[n]` in float32.
package func multiplying(_ x: Tensor, byRow row: Tensor) -> Tensor {
  x.elementType.choose(
    float32: ElementKernels.mapRows(x, row, attune_multiply_row_f32),
    bfloat16: ElementKernels.mapRows(x, row, attune_multiply_row_bf16))
}

/// `sums[i] += Σ_r x[r, i]`: `x` is `[r, n]`, `sums` is `[n]` in float32. Threads share the columns, so the order of adding
/// is fixed.
package func addColumns(of x: Tensor, to sums: Tensor) {
  typealias Kernel<Element> = (UnsafePointer<Element>?, Int, Int, UnsafeMutablePointer<Float>?, Int) -> Void
  let (rows, width) = (x.shape.rows, x.shape.width)
  func run<Element: StoredElement>(_ kernel: Kernel<Element>) {
    Threads.forRange(width, grain: 64) { range in
      let start = range.lowerBound
      kernel(x.elements(from: start), rows, width, sums.pointer + start, range.count)
    }
  }
  x.elementType.choose(float32: run(attune_add_columns_f32), bfloat16: run(attune_add_columns_bf16))
}

/// `sums[i] += Σ_r x[r, i] y[r, i]`: `x` and `y` are `[r, n]` of one element type, `sums` is `[n]` in float32. Threads share
/// the columns, so the order of adding is fixed.
package func addColumnProducts(of x: Tensor, _ y: Tensor, to sums: Tensor) {
  typealias Kernel<Element> = (
    UnsafePointer<Element>?, UnsafePointer<Element>?, UnsafeMutablePointer<Float>?, Int, Int, Int
  ) -> Void
  let (rows, width) = (x.shape.rows, x.shape.width)
  func run<Element: StoredElement>(_ kernel: Kernel<Element>) {
    Threads.forRange(width, grain: 64) { range in
      let start = range.lowerBound
      kernel(
        x.elements(from: start), y.elements(from: start), sums.pointer + start, rows, width, range.count)
    }
  }
  x.elementType.choose(
    float32: run(attune_multiply_row_backward_f32), bfloat16: run(attune_multiply_row_backward_bf16))
}
