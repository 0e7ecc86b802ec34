import CKernels
import Tensors

/// RMSNorm (1910.07467) over rows of `weight`'s width: `y = w x / √(mean(x²) + ε)`; the result is of `type`.
///
/// With n = x / rms and g = w ∂y: `∂x = (g - n mean(g n)) / rms`, `∂w = Σ_rows ∂y n`. Keeps 1 / rms of each row, and y, which
/// the layer behind the norm keeps anyway: n = y / w. Where some w is zero, x is kept in its place.
///
/// - Parameter isRecomputable: whether y may be forgotten and computed again; x is then kept for that.
public func rmsNorm(
  _ x: Variable, _ weight: Variable, epsilon: Float, as type: ElementType? = nil, isRecomputable: Bool = false
) -> Variable {
  let width = weight.shape.count
  precondition(x.shape.width % width == 0, "a norm of width \(width) for \(x.shape)")
  let type = type ?? x.elementType
  precondition(x.elementType == .float32 || type == .bfloat16, "a bfloat16 norm has a bfloat16 result")
  let inverse = Tensor(uninitialized: [x.shape.count / width])
  let scale = weight.value(as: .float32)
  let y = KeptValue(
    normalized(x.value, scale, inverse, epsilon, type),
    recompute: isRecomputable ? { normalized(x.value, scale, inverse, epsilon, type) } : nil)
  let isInvertible = scale.floats.allSatisfy { abs($0) > 1e-20 }
  return .result(.rmsNorm, y, of: [x, weight]) {
    [dx = x.node, inputType = x.elementType, input = isInvertible ? nil : x] dy in
    let columns = isInvertible ? Tensor(scale.floats.map { 1 / $0 }, [width]) : Tensor(repeating: 1, [width])
    let rows = NormalRows(values: input?.value ?? y.value, areNormal: isInvertible, columns: columns, inverse: inverse)
    // Each part of the rows has sums of its own, added in the order of the parts: eight, whatever the threads.
    let parts = min(inverse.count, 8)
    let sums = weight.node.map { _ in Tensor.zeros([parts, width]) }
    func run(_ dx: Tensor?, _ isAdding: Bool) {
      Threads.parallel(parts) { part in
        let range = inverse.count * part / parts..<inverse.count * (part + 1) / parts
        rows.backward(range, scale, dy, dx, isAdding, sums.map { $0.pointer + part * width })
      }
    }
    if let dx { dx.contribute(as: inputType, run) } else { run(nil, false) }
    if let sums { weight.node?.contributeSums { addColumns(of: sums, into: $0) } }
  }
}

private func normalized(
  _ x: Tensor, _ weight: Tensor, _ inverse: Tensor, _ epsilon: Float, _ type: ElementType
) -> Tensor {
  let (y, width) = (Tensor(uninitialized: x.shape, type), weight.count)
  Threads.forRange(inverse.count, grain: max(1, (1 << 13) / width)) { range in
    let (start, r) = (range.lowerBound * width, range.lowerBound)
    switch (x.elementType, type) {
    case (.float32, .float32):
      attune_rms_norm_f32_f32(
        x.pointer + start, weight.pointer, y.pointer + start, inverse.pointer + r, range.count, width, epsilon)
    case (.float32, .bfloat16):
      attune_rms_norm_f32_bf16(
        x.pointer + start, weight.pointer, y.halfPointer + start, inverse.pointer + r, range.count, width, epsilon)
    default:
      attune_rms_norm_bf16_bf16(
        x.halfPointer + start, weight.pointer, y.halfPointer + start, inverse.pointer + r, range.count, width, epsilon)
    }
  }
  return y
}

/// What gives n back: x with 1 / rms of each row, or y with 1 / w of each column.
private struct NormalRows {
  let values: Tensor
  let areNormal: Bool
  let columns: Tensor
  let inverse: Tensor

  /// Writes ∂x of some rows, or adds to it, and adds to ∂w.
  func backward(
    _ rows: Range<Int>, _ weight: Tensor, _ dy: Tensor, _ dx: Tensor?, _ isAdding: Bool,
    _ sums: UnsafeMutablePointer<Float>?
  ) {
    let (width, r, count) = (weight.count, rows.lowerBound, rows.count)
    let (start, normal, adding): (Int, Int32, Int32) = (r * width, areNormal ? 1 : 0, isAdding ? 1 : 0)
    switch (values.elementType, dx?.elementType ?? values.elementType, dy.elementType) {
    case (.float32, _, .float32):
      attune_rms_norm_backward_f32_f32_f32(
        values.pointer + start, normal, columns.pointer, weight.pointer, inverse.pointer + r, dy.pointer + start,
        dx.map { $0.pointer + start }, adding, sums, count, width)
    case (.float32, _, .bfloat16):
      attune_rms_norm_backward_f32_f32_bf16(
        values.pointer + start, normal, columns.pointer, weight.pointer, inverse.pointer + r, dy.halfPointer + start,
        dx.map { $0.pointer + start }, adding, sums, count, width)
    case (.bfloat16, .float32, _):
      attune_rms_norm_backward_bf16_f32_bf16(
        values.halfPointer + start, normal, columns.pointer, weight.pointer, inverse.pointer + r,
        dy.halfPointer + start, dx.map { $0.pointer + start }, adding, sums, count, width)
    case (.bfloat16, .bfloat16, _):
      attune_rms_norm_backward_bf16_bf16_bf16(
        values.halfPointer + start, normal, columns.pointer, weight.pointer, inverse.pointer + r,
        dy.halfPointer + start, dx.map { $0.halfPointer + start }, adding, sums, count, width)
    }
  }
}
