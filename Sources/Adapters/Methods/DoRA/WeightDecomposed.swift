import Autodiff
import LanguageModels
import Tensors

/// DoRA at one layer (2402.09353, eq. 5 and 11): `h = m ⊙ (W₀ + s B A) x / ‖W₀ + s B A‖`, with the norm of each row held
/// constant in the backward pass, as in the paper's §4.3.
///
/// The norms are computed with thin products, never from the sum of the weights:
/// `‖w + s b A‖² = ‖w‖² + 2 s (w Aᵀ) bᵀ + s² b (A Aᵀ) bᵀ` for a row w of W₀ and b of B.
final class WeightDecomposed: FoldingAdapter, HeadAdapter {
  private let change: LowRank
  /// m, `[out]`.
  private let magnitude: Variable
  /// The weight's own squared norms, once they were needed.
  private var baseSquares: Tensor?
  /// 1 / norm for some versions of A and B.
  private var inverseNorms: (versions: [Int], values: Tensor)?

  init(_ change: LowRank, magnitude: Variable) {
    (self.change, self.magnitude) = (change, magnitude)
  }

  func apply(_ layer: Linear, to x: Variable, _ pass: Pass) -> Variable {
    let direction = lowRankLinear(x, layer.weight.variable, change.changes(pass))
    let y = multiplyRow(direction, magnitude * Variable(inverseNorms(of: layer.weight.variable.value)))
    return layer.bias.map { addRow(y, $0.variable) } ?? y
  }

  /// The rows of all factors are multiplied, which takes a copy of the head: for an adapter that is only used.
  func parts(_ head: Linear, _ states: Variable, _ pass: Pass) -> [LogitPart] {
    let factors = withoutGradients { (magnitude * Variable(inverseNorms(of: head.weight.variable.value))).value }
    return change.parts(head, states, pass).map { part in
      LogitPart(
        states: part.states, weight: Variable(multipliedRows(part.weight.value.cast(to: .float32), factors)))
    }
  }

  func fold(_ weight: Tensor, _ bias: Tensor?) -> (weight: Tensor, bias: Tensor?) {
    let factors = withoutGradients { (magnitude * Variable(inverseNorms(of: weight))).value }
    return (multipliedRows(change.fold(weight, nil).weight, factors), bias)
  }

  /// 1 / ‖W₀ + s B A‖ of every row, `[out]`.
  private func inverseNorms(of weight: Tensor) -> Tensor {
    let versions = [change.a.version, change.b.version]
    if let inverseNorms, inverseNorms.versions == versions { return inverseNorms.values }
    let base = baseSquares ?? rowDots(weight.cast(to: .float32), weight.cast(to: .float32))
    let computed = withoutGradients {
      let (a, b, s) = (change.a, change.b, change.scale)
      let crossed = rowDots(linear(Variable(weight.cast(to: .float32)), a).value, b.value)
      let own = rowDots(matrixProduct(b, linear(a, a)).value, b.value)
      let squares = base.adding(crossed, scale: 2 * s).adding(own, scale: s * s)
      return squares.map { 1 / max($0, .leastNormalMagnitude).squareRoot() }
    }
    let values = TensorLifetime.lasting {
      if baseSquares == nil { baseSquares = base.copy() }
      return computed.copy()
    }
    inverseNorms = (versions, values)
    return values
  }
}

/// A matrix with each row multiplied by its factor.
func multipliedRows(_ matrix: Tensor, _ factors: Tensor) -> Tensor {
  withoutGradients { multiplyRow(Variable(matrix).transposed(), Variable(factors)).transposed().value }
}
