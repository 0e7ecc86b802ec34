import Autodiff
import LanguageModels
import Tensors

/// DoRA at the embedding, as PEFT has it: each column of the changed table is divided by its norm over all tokens and
/// multiplied by its magnitude. Only files have it.
final class DecomposedEmbedding: FoldingEmbedding {
  private let change: LowRankEmbedding
  /// m, `[C]`.
  private let magnitude: Variable
  /// m / ‖column‖, once it was needed: an adapter that was read does not change.
  private var factors: Variable?

  init(_ change: LowRankEmbedding, magnitude: Variable) {
    (self.change, self.magnitude) = (change, magnitude)
  }

  func apply(_ table: Variable, to tokens: [Int32]) -> Variable {
    let factors = factors ?? factors(of: change.fold(table.value.cast(to: .float32)))
    self.factors = factors
    return multiplyRow(change.apply(table, to: tokens), factors)
  }

  func fold(_ table: Tensor) -> Tensor {
    let changed = change.fold(table)
    return withoutGradients { multiplyRow(Variable(changed), factors(of: changed)).value }
  }

  private func factors(of changed: Tensor) -> Variable {
    let columns = withoutGradients { Variable(changed).transposed().value }
    let inverse = rowDots(columns, columns).map { 1 / max($0, .leastNormalMagnitude).squareRoot() }
    return withoutGradients { magnitude * Variable(inverse) }
  }
}
