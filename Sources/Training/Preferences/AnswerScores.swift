import Autodiff
import InstructionData
import LanguageModels
import Tensors

/// The log-probabilities of both answers of a pair; 0 where there is no such answer.
public struct AnswerScores: Sendable, Equatable {
  /// `log π(y|x)` of the better answer.
  public let chosen: Float
  /// `log π(y|x)` of the worse answer.
  public let rejected: Float

  /// Makes scores.
  public init(chosen: Float, rejected: Float) {
    self.chosen = chosen
    self.rejected = rejected
  }

  /// The scores of several pairs, from `[pairs]` each.
  static func each(_ chosen: Variable, _ rejected: Variable) -> [AnswerScores] {
    zip(chosen.value.array, rejected.value.array).map { AnswerScores(chosen: $0, rejected: $1) }
  }
}

extension LanguageModel {
  /// The log-probabilities of both answers of some pairs, computed together; nothing is recorded for gradients.
  public func scores(of pairs: [PreferenceExample]) -> [AnswerScores] {
    TensorLifetime.passing {
      withoutGradients {
        let (chosen, rejected) = logProbabilities(of: PairTree(pairs))
        return AnswerScores.each(chosen, rejected)
      }
    }
  }
}
