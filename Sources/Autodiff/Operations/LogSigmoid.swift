import Foundation
import Tensors

/// `y = log σ(x)`, without overflow: `min(x, 0) - log(1 + e^-|x|)`. For a few numbers only, such as the scores of preference pairs.
///
/// `∂x = σ(-x) ∂y`.
public func logSigmoid(_ x: Variable) -> Variable {
  let inputs = x.value.array
  let y = Tensor(inputs.map { min($0, 0) - log1p(Foundation.exp(-abs($0))) }, x.shape)
  return .result(.logSigmoid, y, of: [x]) { [shape = x.shape, x = x.node] dy in
    x?.accumulate(Tensor(zip(inputs, dy.array).map { $1 / (1 + Foundation.exp($0)) }, shape))
  }
}
