import CKernels
import Tensors

/// RMSNorm (1910.07467) over rows of `weight`'s width: `y = w x / √(mean(x²) + ε)`; the result is of `type`.
///
/// With n = x / rms and g = w ∂y: `∂x = (g - n mean(g n)) / rms`, `∂w = Σ_rows ∂y n`. Keeps x, which the residual stream
/// keeps anyway, and 1 / rms of each row.
public func rmsNorm(_ x: Variable, _ weight: Variable, epsilon: Float, as type: ElementType? = nil) -> Variable {
  let width = weight.shape.count
  precondition(x.shape.width % width == 0, "a norm of width \(width) for \(x.shape)")
  let rows = x.shape.count / width
  let type = type ?? x.elementType
  precondition(x.elementType == .float32 || type == .bfloat16, "a bfloat16 norm has a bfloat16 result")
  let inverse = Tensor(uninitialized: [rows])
  let scale = weight.value(as: .float32)
  let value = {
    let (input, y) = (x.value, Tensor(uninitialized: x.shape, type))
    Threads.forRange(rows, grain: max(1, (1 << 13) / width)) { range in
      let (start, r) = (range.lowerBound * width, range.lowerBound)
      switch (x.elementType, type) {
      case (.float32, .float32):
        attune_rms_norm_f32_f32(
          input.pointer + start, scale.pointer, y.pointer + start, inverse.pointer + r, range.count, width, epsilon)
      case (.float32, .bfloat16):
        attune_rms_norm_f32_bf16(
          input.pointer + start, scale.pointer, y.halfPointer + start, inverse.pointer + r, range.count, width, epsilon)
      default:
        attune_rms_norm_bf16_bf16(
          input.halfPointer + start, scale.pointer, y.halfPointer + start, inverse.pointer + r, range.count, width,
          epsilon)
      }
    }
    return y
  }
  return .result(.rmsNorm, value(), of: [x, weight], recompute: value) { dy in
    // Each part of the rows has sums of its own, added in the order of the parts: eight, whatever the threads.
    let parts = min(rows, 8)
    let sums = weight.node.map { _ in Tensor.zeros([parts, width]) }
    let input = x.value
    func run(_ dx: Tensor?, _ isAdding: Bool) {
      Threads.parallel(parts) { part in
        let r = rows * part / parts
        let (count, start) = (rows * (part + 1) / parts - r, r * width)
        let partial = sums.map { $0.pointer + part * width }
        let adding: Int32 = isAdding ? 1 : 0
        switch (x.elementType, type) {
        case (.float32, .float32):
          attune_rms_norm_backward_f32_f32(
            input.pointer + start, scale.pointer, inverse.pointer + r, dy.pointer + start,
            dx.map { $0.pointer + start }, adding, partial, count, width)
        case (.float32, .bfloat16):
          attune_rms_norm_backward_f32_bf16(
            input.pointer + start, scale.pointer, inverse.pointer + r, dy.halfPointer + start,
            dx.map { $0.pointer + start }, adding, partial, count, width)
        default:
          attune_rms_norm_backward_bf16_bf16(
            input.halfPointer + start, scale.pointer, inverse.pointer + r, dy.halfPointer + start,
            dx.map { $0.halfPointer + start }, adding, partial, count, width)
        }
      }
    }
    if let node = x.node { node.contribute(as: x.elementType, run) } else { run(nil, false) }
    if let sums { weight.node?.contributeSums { addColumns(of: sums, into: $0) } }
  }
}
