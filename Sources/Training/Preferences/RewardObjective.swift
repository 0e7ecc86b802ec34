import Autodiff
import InstructionData
import LanguageModels

extension Objective where Element == PreferenceExample {
  /// A reward model (Bradley–Terry): `-log σ(r(x, y_w) - r(x, y_l))`, summed over pairs (2203.02155, equation 1, with one
  /// pair a prompt). r is what a scalar head reads at the answer's last token.
  ///
  /// A single answer can be evaluated too: it has a score and no loss.
  ///
  /// The loss has no margin (2307.09288, equation 2, has one where pairs are rated) and nothing that keeps the mean of
  /// the scores in place, as TRL's `RewardTrainer` with its defaults.
  public static var reward: Objective {
    Objective(
      loss: { model, pairs in
        let rewards = PairRewards(model, pairs)
        return LossSum(
          sum: rewards.losses.sum(), count: pairs.count,
          preferences: pairs.indices.reduce(PreferenceSums()) { $0 + rewards.preferences(ofPair: $1) })
      },
      evaluate: { model, pairs in
        let rewards = withoutGradients { PairRewards(model, pairs) }
        let losses = rewards.losses.value.array
        return pairs.enumerated().map { index, pair in
          ExampleScore(
            loss: rewards.isPair[index] ? Double(losses[index]) : 0, count: rewards.isPair[index] ? 1 : 0,
            negativeLogLikelihood: 0, likelihoodTokens: 0, trainedTokens: pair.trainedCount,
            preferences: rewards.preferences(ofPair: index))
        }
      })
  }
}

/// Pairs with the scores of their answers, and their losses.
private struct PairRewards {
  /// `[pairs]`.
  let losses: Variable
  let isPair: [Bool]
  private let chosen, rejected: [Float]

  init(_ model: LanguageModel, _ pairs: [PreferenceExample]) {
    let (chosen, rejected) = model.rewards(of: PairTree(pairs))
    losses = -logSigmoid(chosen - rejected)
    (self.chosen, self.rejected) = (chosen.value.array, rejected.value.array)
    isPair = pairs.map { $0.answerCount == 2 }
  }

  /// The scores of one pair, or the score of a single answer.
  func preferences(ofPair index: Int) -> PreferenceSums {
    var sums = PreferenceSums()
    sums.chosen.add(reward: Double(chosen[index]), logProbability: nil)
    guard isPair[index] else { return sums }
    sums.rejected.add(reward: Double(rejected[index]), logProbability: nil)
    (sums.judged, sums.right) = (1, chosen[index] > rejected[index] ? 1 : 0)
    return sums
  }
}
