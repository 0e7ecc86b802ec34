import Autodiff
import LanguageModels
import Tensors

/// A start of PEFT's that takes a part `s B₀ A₀` of the weight away when training begins, and again when the adapter is
/// read. Only files have it: Attune's own PiSSA keeps its start beside the weight.
enum BaseStart: String, Sendable, CaseIterable {
  /// The principal singular vectors of the weight (2404.02948).
  case pissa
  /// The first columns of the weight's QR decomposition (2406.01775).
  case olora

  /// A₀, `[r, in]`, and B₀, `[out, r]`.
  func factors(of weight: Tensor, rank: Int, scale: Float) -> (a: Variable, b: Variable) {
    switch self {
    case .pissa:
      let factors = SingularValues(of: weight, count: rank).balancedFactors(scale: 1 / scale)
      return (Variable(factors.a), Variable(factors.b))
    case .olora:
      let basis = Variable(weight.columnBasis(count: rank))
      return withoutGradients { (matrixProduct(basis, Variable(weight)), basis.transposed()) }
    }
  }
}

extension Tensor {
  /// An orthonormal basis of the space of a matrix's first columns, each in a row: Gram-Schmidt, twice for its rounding.
  fileprivate func columnBasis(count: Int) -> Tensor {
    let (rows, width) = (shape[0], shape[1])
    var basis: [[Double]] = []
    withElements { elements in
      for column in 0..<count {
        var vector = (0..<rows).map { Double(elements[$0 * width + column]) }
        for _ in 0..<2 {
          for other in basis {
            let overlap = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
            for index in 0..<rows { vector[index] -= overlap * other[index] }
          }
        }
        let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        basis.append(vector.map { $0 / max(norm, .leastNormalMagnitude) })
      }
    }
    return Tensor(basis.flatMap { $0.map(Float.init) }, [count, rows])
  }
}
