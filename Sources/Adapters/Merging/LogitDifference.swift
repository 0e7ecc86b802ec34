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

/// The largest difference between two tensors of the same shape; infinite where one has an element that is not finite.
public func largestDifference(_ first: Tensor, _ second: Tensor) -> Float {
  precondition(first.shape == second.shape, "\(first.shape) and \(second.shape)")
  return first.withElements { first in
    second.withElements { second in
      var largest: Float = 0
      for index in first.indices {
        let difference = abs(first[index] - second[index])
        guard difference.isFinite else { return .infinity }
        largest = max(largest, difference)
      }
      return largest
    }
  }
}
