import CKernels
import Tensors

/// `y = a / b`, element by element, in float32. `∂a = ∂y / b`, `∂b = -y ∂y / b`.
public func / (a: Variable, b: Variable) -> Variable {
  precondition(a.shape == b.shape, "cannot divide \(a.shape) by \(b.shape)")
  precondition(a.elementType == .float32 && b.elementType == .float32, "division is in float32")
  let y = quotient(a.value, b.value)
  return .result(.divide, y, of: [a, b]) { dy in
    let overB = quotient(dy, b.value)
    a.node?.accumulate(overB)
    if let b = b.node {
      b.accumulate(scaled(Elementwise.map(overB, y, attune_multiply_f32, attune_multiply_bf16), by: -1))
    }
  }
}

private func quotient(_ a: Tensor, _ b: Tensor) -> Tensor {
  let y = Tensor(uninitialized: a.shape)
  Threads.forRange(a.count, grain: 1 << 14) { range in
    let start = range.lowerBound
    attune_divide_f32(a.pointer + start, b.pointer + start, y.pointer + start, range.count)
  }
  return y
}
