import Autodiff
import InstructionData
import LanguageModels

extension Objective where Element == Example {
  /// Supervised fine-tuning: `Σ -log p(token | tokens before it)` over the trained tokens.
  public static var supervised: Objective {
    Objective(
      loss: { model, examples in
        let (predictions, _) = SequenceTree.predictions(of: examples)
        return LossSum(sum: model.losses(of: predictions).losses.sum(), count: predictions.targets.count)
      },
      evaluate: { model, examples in
        let (predictions, segments) = SequenceTree.predictions(of: examples)
        let losses = withoutGradients { model.losses(of: predictions) }
        let values = losses.losses.value.array
        return segments.map { segment in
          let part = predictions[segment]
          return ExampleScore(
            loss: values[part].reduce(0) { $0 + Double($1) }, trainedTokens: part.count,
            hits: losses.hits[part].count { $0 })
        }
      })
  }
}

extension SequenceTree {
  /// Examples as separate sequences whose trained tokens are predicted.
  fileprivate static func predictions(of examples: [Example]) -> (predictions: Predictions, segments: [Segment]) {
    var tree = SequenceTree()
    let targets = examples.map { (segment: tree.append($0.tokens), places: $0.trained) }
    return (tree.predictions(of: targets), targets.map(\.segment))
  }
}
