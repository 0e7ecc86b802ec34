import Autodiff

extension LanguageModel {
  /// The losses `-log p(token | tokens before it)` of the predicted tokens of a tree, in their order. The last layer
  /// computes only the rows that predict.
  public func losses(of predictions: SequenceTree.Predictions) -> TokenLosses {
    let isRepeated = predictions.counts.contains { $0 > 1 }
    return losses(
      states(predictions.layout, rows: predictions.requestedRows), rows: predictions.rows,
      targets: predictions.targets, expecting: isRepeated ? predictions.counts.map { Float($0) } : nil)
  }

  /// A reward model's scores of the sequences that end with some segments of a tree, `[n]` in their order, in float32.
  public func scores(of endings: SequenceTree.Endings) -> Variable {
    scores(states(endings.layout, rows: endings.rows), rows: Array(endings.rows.indices))
  }
}
