import CKernels
import Tensors

/// `y[r, i] = e^x[r, i] / Σ_j e^x[r, j]` over the last extent, in float32.
///
/// `∂x = y (∂y - Σ_j y[j] ∂y[j])`.
public func softmax(_ x: Variable) -> Variable {
  let y = Tensor(uninitialized: x.shape)
  let (input, width) = (x.value, x.shape.width)
  Threads.forRange(x.shape.rows, grain: max(1, (1 << 13) / max(1, width))) { range in
    let start = range.lowerBound * width
    attune_softmax(input.pointer + start, y.pointer + start, range.count, width)
  }
  return .result(.softmax, y, of: [x]) { [node = x.node, shape = x.shape] dy in
    let dx = Tensor(uninitialized: shape)
    Threads.forRange(shape.rows, grain: max(1, (1 << 13) / max(1, width))) { range in
      let start = range.lowerBound * width
      attune_softmax_backward(y.pointer + start, dy.pointer + start, dx.pointer + start, range.count, width)
    }
    node?.accumulate(dx)
  }
}
