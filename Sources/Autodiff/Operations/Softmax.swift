import Tensors

/// `y[r, i] = e^x[r, i] / Σ_j e^x[r, j]` over the last extent, in float32.
///
/// `∂x = y (∂y - Σ_j y[j] ∂y[j])`.
public func softmax(_ x: Variable) -> Variable {
  let y = softmax(x.value)
  return .result(.softmax, y, of: [x]) { [x = x.node] dy in x?.accumulate(softmaxBackward(y, dy)) }
}
