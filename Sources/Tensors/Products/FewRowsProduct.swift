import CKernels

/// A few rows by a weight matrix `[n, k]`: at the memory's speed, in the precision that the weights are stored in.
enum FewRowsProduct {
  /// `c = a b`, where `b` is the weight read transposed.
  static func multiply(_ product: Factors, into c: MatrixOperand) {
    let (m, n, k) = (c.rows, c.columns, product.inner)
    let input = product.a.inFloat32()
    // Rows of a transposed copy or of a wider matrix are put together first.
    let rows = Tensor(uninitialized: [m, k])
    for row in 0..<m {
      (rows.pointer + row * k).update(from: input.elements(Float.self, from: row * input.stride), count: k)
    }
    let result = Tensor(uninitialized: [m, n])
    product.b.elementType.choose(
      float32: run(attune_matvec_f32, rows, product.b, into: result),
      bfloat16: run(attune_matvec_bf16, rows, product.b, into: result))
    for row in 0..<m {
      let from = result.pointer + row * n
      c.elementType.choose(
        float32: c.elements(Float.self, from: row * c.stride).update(from: from, count: n),
        bfloat16: attune_narrow(from, c.elements(from: row * c.stride), n))
    }
  }

  private typealias Kernel<Weight> = (
    UnsafePointer<Float>?, UnsafePointer<Weight>?, UnsafeMutablePointer<Float>?, Int, Int, Int, Int
  ) -> Void

  private static func run<Weight: StoredElement>(
    _ kernel: Kernel<Weight>, _ rows: Tensor, _ weight: MatrixOperand, into result: Tensor
  ) {
    let (m, n, k) = (rows.shape[0], result.shape[1], rows.shape[1])
    Threads.forRange(n, grain: max(1, (1 << 15) / max(1, k)), width: k) { range in
      let first = range.lowerBound
      kernel(rows.pointer, weight.elements(from: first * k), result.pointer + first, m, range.count, k, n)
    }
  }
}
