import Foundation
import Tensors

/// `y = log(1 - e^x)` for x < 0, without cancellation (Mächler 2012, "Accurately computing log(1 - exp(-|a|))"): the
/// log-probability that something of log-probability x does not happen. For a few numbers only, such as the scores of preference pairs.
///
/// `∂x = -∂y / (e^-x - 1)`.
public func logOneMinusExp(_ x: Variable) -> Variable {
  let inputs = x.value.array
  let y = Tensor(inputs.map { $0 > -0.693147 ? log(-expm1($0)) : log1p(-Foundation.exp($0)) }, x.shape)
  return .result(.logOneMinusExp, y, of: [x]) { [shape = x.shape, x = x.node] dy in
    x?.accumulate(Tensor(zip(inputs, dy.array).map { -$1 / expm1(-$0) }, shape))
  }
}
