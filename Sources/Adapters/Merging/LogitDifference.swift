import Autodiff
import LanguageModels
import Tensors

extension LanguageModel {
  /// The logits at every position of a sequence, `[T, V]`; a reward model's scores of the sequences that end there, `[T]`.
  public func logits(of tokens: [Int32]) -> Tensor {
    let (states, rows) = (withoutGradients { self.states(SequenceLayout([tokens])) }, Array(tokens.indices))
    return configuration.head == .score
      ? withoutGradients { scores(states, rows: rows).value } : logits(states, rows: rows)
  }
}

/// The largest difference between two tensors of the same shape; infinite where one of them is not finite.
public func largestDifference(_ first: Tensor, _ second: Tensor) -> Float {
  precondition(first.shape == second.shape, "\(first.shape) and \(second.shape)")
  var largest: Float = 0
  for (first, second) in zip(first.array, second.array) {
    let difference = abs(first - second)
    guard difference.isFinite else { return .infinity }
    largest = max(largest, difference)
  }
  return largest
}
