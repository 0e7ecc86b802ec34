import Autodiff
import InstructionData
import LanguageModels

extension Objective where Element == PreferenceExample {
  /// Learning from pairs of answers: a loss of their log-probabilities, summed over pairs.
  ///
  /// - Parameters:
  ///   - loss: what is learned from the log-probabilities.
  ///   - reference: what the policy is compared with, where the loss reads it.
  ///   - sftWeight: the weight with which the better answers' negative log-likelihood, the mean over all their tokens in
  ///     the step, is added.
  public static func preference(
    _ loss: PreferenceLoss, reference: PreferenceReference = .none, sftWeight: Double = 0
  ) -> Objective {
    let reference = loss.readsReference ? reference : .none
    return Objective(
      begin: { model, step in
        // The sum over pairs is divided by their number in the end; this part is a mean over tokens.
        let tokens = step.reduce(0) { $0 + $1.chosenTargetCount }
        let tokenWeight = sftWeight * Double(step.count) / Double(max(1, tokens))
        return { part in
          let pairs = ScoredPairs(model, part, reference, loss)
          var sum = pairs.losses.sum()
          if sftWeight > 0 { sum = sum + Float(-tokenWeight) * pairs.scores.chosen.sum() }
          return LossSum(
            sum: sum, count: part.count,
            preferences: part.indices.reduce(PreferenceSums()) { $0 + pairs.preferences(ofPair: $1) })
        }
      },
      evaluate: { model, examples in
        let pairs = withoutGradients { ScoredPairs(model, examples, reference, loss) }
        let losses = pairs.losses.value.array
        return examples.enumerated().map { index, example in
          let preferences = pairs.preferences(ofPair: index)
          return ExampleScore(
            loss: Double(losses[index]), count: 1,
            negativeLogLikelihood: -Double(pairs.chosen[index]), likelihoodTokens: example.chosenTargetCount,
            likelihoodWeight: sftWeight, trainedTokens: example.trainedCount, preferences: preferences)
        }
      })
  }
}

/// Pairs with their log-probabilities by the policy and by the reference, and their losses.
private struct ScoredPairs {
  let scores: PairScores
  let losses: Variable
  let chosen, rejected: [Float]
  private let reference: [AnswerScores]?
  private let loss: PreferenceLoss

  init(_ model: LanguageModel, _ pairs: [PreferenceExample], _ reference: PreferenceReference, _ loss: PreferenceLoss) {
    // The reference goes first: its memory is free again before the policy keeps its activations.
    self.reference = reference.scores(model, pairs)
    let policy = model.logProbabilities(of: PairTree(pairs))
    scores = PairScores(
      chosen: policy.chosen, rejected: policy.rejected, referenceChosen: self.reference?.map(\.chosen),
      referenceRejected: self.reference?.map(\.rejected), chosenLengths: pairs.map(\.chosenTargetCount),
      rejectedLengths: pairs.map(\.rejectedTargetCount))
    (losses, self.loss) = (loss.losses(scores), loss)
    (chosen, rejected) = (policy.chosen.value.array, policy.rejected.value.array)
  }

  /// The rewards of one pair.
  func preferences(ofPair index: Int) -> PreferenceSums {
    var sums = PreferenceSums()
    let reference = reference?[index] ?? AnswerScores(chosen: 0, rejected: 0)
    let better = loss.rewardOfAnswer(Double(chosen[index]), Double(reference.chosen), scores.chosenLengths[index])
    let worse = loss.rewardOfAnswer(Double(rejected[index]), Double(reference.rejected), scores.rejectedLengths[index])
    sums.chosen.add(reward: better, logProbability: Double(chosen[index]))
    sums.rejected.add(reward: worse, logProbability: Double(rejected[index]))
    (sums.judged, sums.right) = (1, better > worse ? 1 : 0)
    return sums
  }
}
