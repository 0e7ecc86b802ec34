import Autodiff
import InstructionData
import LanguageModels

/// The log-probabilities of both answers of a pair; 0 where there is no such answer.
public struct AnswerScores: Sendable, Equatable {
  /// `log π(y|x)` of the better answer.
  public let chosen: Float
  /// The same of the worse one.
  public let rejected: Float

  /// Makes scores.
  public init(chosen: Float, rejected: Float) {
    self.chosen = chosen
    self.rejected = rejected
  }
}

extension LanguageModel {
  /// Scores both answers of some pairs; nothing is remembered for gradients.
  public func scores(of pairs: PackedPairs) -> [AnswerScores] {
    withoutGradients {
      let (chosen, rejected) = logProbabilities(of: pairs)
      return zip(chosen.value.array, rejected.value.array).map { AnswerScores(chosen: $0, rejected: $1) }
    }
  }
}
