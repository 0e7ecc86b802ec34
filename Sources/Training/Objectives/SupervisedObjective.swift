import Autodiff
import InstructionData
import LanguageModels

extension Objective where Element == Example {
  /// Supervised fine-tuning: `Σ -log p(token | tokens before it)` over the trained tokens.
  public static var supervised: Objective {
    Objective(
      loss: { model, examples in
        let (predictions, _) = model.predictions(of: examples)
        let losses = model.losses(of: predictions).losses
        // A token that several examples share and learn counts for each of them.
        let isRepeated = predictions.counts.contains { $0 > 1 }
        let weighted = isRepeated ? losses * constant(predictions.counts.map { Float($0) }) : losses
        return LossSum(sum: weighted.sum(), count: predictions.counts.reduce(0, +))
      },
      evaluate: { model, examples in
        let (predictions, segments) = model.predictions(of: examples)
        let losses = withoutGradients { model.losses(of: predictions) }
        let values = losses.losses.value.array
        return segments.map { segment in
          let places = predictions[segment].joined()
          return ExampleScore(
            loss: places.reduce(0) { $0 + Double(values[$1]) }, trainedTokens: places.count,
            hits: places.count { losses.hits[$0] })
        }
      })
  }
}

extension LanguageModel {
  /// Examples as sequences whose trained tokens are predicted.
  fileprivate func predictions(
    of examples: [Example]
  ) -> (predictions: SequenceTree.Predictions, segments: [SequenceTree.Segment]) {
    var tree = SequenceTree()
    let targets = examples.map { (segment: tree.append($0.tokens), places: $0.trained) }
    return (tree.predictions(of: targets, sharingPrefixes: sharesPrefixes), targets.map(\.segment))
  }
}
