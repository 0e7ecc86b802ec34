import Autodiff
import InstructionData
import LanguageModels

extension Objective where Element == Example {
  /// Supervised fine-tuning: `Σ -log p(token | tokens before it)` over the trained tokens.
  public static var supervised: Objective {
    Objective(
      loss: { model, examples in
        let targets = PackedTargets(examples)
        let losses = model.losses(targets)
        return LossSum(sum: losses.losses.sum(), count: targets.tokens.count)
      },
      evaluate: { model, examples in
        let targets = PackedTargets(examples)
        let losses = withoutGradients { model.losses(targets) }
        let values = losses.losses.value.array
        return targets.counts.map { range in
          ExampleScore(
            loss: values[range].reduce(0) { $0 + Double($1) }, trainedTokens: range.count,
            hits: losses.hits[range].count { $0 })
        }
      })
  }
}

extension LanguageModel {
  /// The losses of the trained tokens; no other row is computed further than others need it.
  func losses(_ targets: PackedTargets) -> TokenLosses {
    losses(
      states(targets.layout, rows: targets.rows), rows: Array(targets.rows.indices), targets: targets.tokens)
  }
}

/// Examples laid end to end, each without its last token, which predicts nothing; and who predicts what.
struct PackedTargets {
  let layout: SequenceLayout
  /// Rows of the layout that predict a trained token.
  var rows: [Int] = []
  /// The tokens they should predict.
  var tokens: [Int32] = []
  /// Each example's part of `rows` and `tokens`.
  var counts: [Range<Int>] = []

  init(_ examples: [Example]) {
    layout = SequenceLayout(examples.map { Array($0.tokens.dropLast()) })
    var start = 0
    for example in examples {
      let first = tokens.count
      for position in example.trained.joined() {
        rows.append(start + position - 1)
        tokens.append(example.tokens[position])
      }
      counts.append(first..<tokens.count)
      start += max(0, example.tokens.count - 1)
    }
  }
}
