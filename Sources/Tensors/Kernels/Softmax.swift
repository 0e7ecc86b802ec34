import CKernels

/// `y[r, i] = e^x[r, i] / Σ_j e^x[r, j]` over the last extent, in float32.
package func softmax(_ x: Tensor) -> Tensor {
  let y = Tensor(uninitialized: x.shape)
  forRows(of: x.shape) { start, rows in
    attune_softmax(x.pointer + start, y.pointer + start, rows, x.shape.width)
  }
  return y
}

/// `∂x = y (∂y - Σ_j y[j] ∂y[j])`, from the result y.
package func softmaxBackward(_ y: Tensor, _ dy: Tensor) -> Tensor {
  let dx = Tensor(uninitialized: y.shape)
  forRows(of: y.shape) { start, rows in
    attune_softmax_backward(y.pointer + start, dy.pointer + start, dx.pointer + start, rows, y.shape.width)
  }
  return dx
}

/// Runs `body` with the first element and the number of rows of every thread's part.
private func forRows(of shape: Shape, _ body: (_ start: Int, _ rows: Int) -> Void) {
  Threads.forRange(shape.rows, grain: max(1, (1 << 13) / max(1, shape.width)), width: shape.width) { range in
    body(range.lowerBound * shape.width, range.count)
  }
}
