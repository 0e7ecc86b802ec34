import CKernels

/// `y = w x / √(mean(x²) + ε)` over rows of the weight's width, with y in an element type: that of x, or bfloat16 where x is
/// float32. Writes each row's `1 / √(mean(x²) + ε)` to `inverse`. The weight is float32.
package func rmsNorm(
  _ x: Tensor, _ weight: Tensor, epsilon: Float, as type: ElementType, inverse: Tensor
) -> Tensor {
  typealias Kernel<X, Y> = (
    UnsafePointer<X>?, UnsafePointer<Float>?, UnsafeMutablePointer<Y>?, UnsafeMutablePointer<Float>?, Int, Int, Float
  ) -> Void
  let (y, width) = (Tensor(uninitialized: x.shape, type), weight.count)
  func run<X: StoredElement, Y: StoredElement>(_ kernel: Kernel<X, Y>) {
    Threads.forRange(inverse.count, grain: max(1, (1 << 13) / width), width: width) { range in
      let (start, row) = (range.lowerBound * width, range.lowerBound)
      kernel(
        x.elements(from: start), weight.pointer, y.elements(from: start), inverse.pointer + row, range.count, width,
        epsilon)
    }
  }
  x.elementType.choose(
    float32: type.choose(float32: run(attune_rms_norm_f32_f32), bfloat16: run(attune_rms_norm_f32_bf16)),
    bfloat16: run(attune_rms_norm_bf16_bf16))
  return y
}

/// What the backward pass reads n = x / rms from.
///
/// That is the result y, n = y / w, which the layer after the norm keeps anyway; or x where some element of w is so small
/// that y does not determine n.
package enum RMSNormSource {
  /// The norm's input x.
  case input(Tensor)
  /// The norm's result y.
  case result(Tensor)

  /// Whether every element of a float32 weight can be divided by.
  package static func isResult(for weight: Tensor) -> Bool {
    // In a rehearsal the values of a large weight are not there: it is taken for an ordinary one.
    !Rehearsal.works(on: weight.count) || weight.withElements { $0.allSatisfy { abs($0) > 1e-20 } }
  }
}

/// The backward pass of ``rmsNorm(_:_:epsilon:as:inverse:)``.
///
/// With n = x / rms and g = w ∂y: `∂x = (g - n mean(g n)) / rms`, `∂w = Σ_rows ∂y n`. The rows are split in parts, each with
/// sums of its own for ∂w, which are then added in the order of the parts: these follow the rows, whatever the threads.
package struct RMSNormBackward {
  private let values: Tensor
  private let isResult: Bool
  /// What makes n of the values in each column, beside 1 / rms: 1 / w for the result.
  private let columns: Tensor
  private let weight: Tensor
  private let inverse: Tensor
  private let dy: Tensor
  private let parts: Int
  /// ∂w of each part, `[parts, C]`; nil where the weight has no gradient.
  private let sums: Tensor?

  /// Prepares the pass; `inverse` is what the forward pass wrote.
  package init(
    _ source: RMSNormSource, _ weight: Tensor, inverse: Tensor, _ dy: Tensor, differentiatesWeight: Bool
  ) {
    switch source {
    case .input(let x): (values, isResult) = (x, false)
    case .result(let y): (values, isResult) = (y, true)
    }
    columns = isResult ? weight.map { 1 / $0 } : Tensor(repeating: 1, [weight.count])
    (self.weight, self.inverse, self.dy) = (weight, inverse, dy)
    parts = max(1, min(64, inverse.count / 16))
    sums = differentiatesWeight ? Tensor.zeros([parts, weight.count]) : nil
  }

  /// Computes both gradients. Writes ∂x to `dx`, or adds to what is there.
  package func run(into dx: Tensor?, adding: Bool) {
    Threads.parallel(parts) { part in
      let rows = inverse.count * part / parts..<inverse.count * (part + 1) / parts
      run(rows, into: dx, adding, sums.map { $0.pointer + part * weight.count })
    }
  }

  /// Adds ∂w, `[C]` in float32; to be called after ``run(into:adding:)``.
  package func addWeightGradient(to total: Tensor) {
    if let sums { addColumns(of: sums, to: total) }
  }

  private typealias Kernel<Values, DX, DY> = (
    UnsafePointer<Values>?, Int32, UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafePointer<Float>?,
    UnsafePointer<DY>?, UnsafeMutablePointer<DX>?, Int32, UnsafeMutablePointer<Float>?, Int, Int
  ) -> Void

  private func run(_ rows: Range<Int>, into dx: Tensor?, _ adding: Bool, _ sums: UnsafeMutablePointer<Float>?) {
    let (width, start) = (weight.count, rows.lowerBound * weight.count)
    func run<Values: StoredElement, DX: StoredElement, DY: StoredElement>(_ kernel: Kernel<Values, DX, DY>) {
      kernel(
        values.elements(from: start), isResult ? 1 : 0, columns.pointer, weight.pointer,
        inverse.pointer + rows.lowerBound, dy.elements(from: start), dx.map { $0.elements(from: start) },
        adding ? 1 : 0, sums, rows.count, width)
    }
    let gradientType = dx?.elementType ?? values.elementType
    values.elementType.choose(
      float32: dy.elementType.choose(
        float32: run(attune_rms_norm_backward_f32_f32_f32), bfloat16: run(attune_rms_norm_backward_f32_f32_bf16)),
      bfloat16: gradientType.choose(
        float32: run(attune_rms_norm_backward_bf16_f32_bf16), bfloat16: run(attune_rms_norm_backward_bf16_bf16_bf16)))
  }
}
