import CKernels
import Tensors

/// Dropout, inverted: `y = x m / (1 - rate)` with m = 1 with probability 1 - rate, else 0 (Srivastava et al., 2014).
///
/// Which elements stay is a hash of the seed and the index, so that computing a layer again gives the same.
/// `∂x = m ∂y / (1 - rate)`.
public func dropout(_ x: Variable, rate: Float, seed: UInt32) -> Variable {
  precondition(rate >= 0 && rate < 1, "a dropout rate is in 0 ..< 1, not \(rate)")
  if rate == 0 { return x }
  return .result(.dropout, dropped(x.value, rate, seed), of: [x]) { [x = x.node] dy in
    x?.accumulate(dropped(dy, rate, seed))
  }
}

func dropped(_ x: Tensor, _ rate: Float, _ seed: UInt32) -> Tensor {
  let y = Tensor(uninitialized: x.shape, x.elementType)
  Threads.forRange(x.count, grain: 1 << 14) { range in
    let (start, index) = (range.lowerBound, UInt32(truncatingIfNeeded: range.lowerBound))
    switch x.elementType {
    case .float32: attune_dropout_f32(x.pointer + start, y.pointer + start, seed, index, rate, range.count)
    case .bfloat16: attune_dropout_bf16(x.halfPointer + start, y.halfPointer + start, seed, index, rate, range.count)
    }
  }
  return y
}
