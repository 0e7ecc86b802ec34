import CKernels

/// A gradient to which many pieces add, in float32: the gradient itself, or memory of its own until all have.
struct GradientSums {
  let tensor: Tensor
  private let target: GradientTarget

  /// Zeros, or what is there already.
  init(_ target: GradientTarget) {
    self.target = target
    let isOwn = target.tensor.elementType != .float32
    tensor = isOwn ? Tensor(uninitialized: target.tensor.shape) : target.tensor
    if isOwn || !target.adding { fillWithZeros(tensor) }
  }

  /// Rounds the sums where the gradient is not float32.
  func finish() {
    let (gradient, adding) = target
    guard gradient.elementType != .float32 else { return }
    if adding { add(tensor, gradient, into: tensor) }
    Threads.forRange(tensor.count, grain: ElementKernels.grain) { range in
      let start = range.lowerBound
      attune_narrow(tensor.pointer + start, gradient.elements(from: start), range.count)
    }
  }
}
