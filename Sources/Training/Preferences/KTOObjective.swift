import Autodiff
import InstructionData
import LanguageModels

extension Objective where Element == PreferenceExample {
  /// Learning from single answers, each desirable or not, and from pairs as two of them; the loss is summed over answers.
  ///
  /// How far the policy is from the reference is measured once a step, on the step's prompts with answers to other
  /// prompts, so that micro-batches change nothing; TRL measures it on each micro-batch. In an evaluation it is measured on
  /// the whole held-out set.
  public static func kto(
    _ loss: KTOLoss, reference: PreferenceReference, mismatched: MismatchedAnswers
  ) -> Objective {
    Objective(
      begin: { model, step in
        let z = KTOLoss.distance(mismatched.logRatios(model, step, in: .training, reference))
        return { part in
          let compared = reference.scores(model, part)
          let policy = model.logProbabilities(of: PairTree(part))
          let answers = ScoredAnswers(
            part, policy: AnswerScores.each(policy.chosen, policy.rejected), reference: compared)
          return LossSum(
            sum: answers.losses(loss, chosen: policy.chosen, rejected: policy.rejected, z: z).sum(),
            count: part.reduce(0) { $0 + $1.answerCount },
            preferences: part.indices.reduce(PreferenceSums()) { $0 + answers.preferences(of: $1, loss, z: z) })
        }
      },
      beginEvaluation: { model in
        var (answers, ratios) = (ScoredAnswers(), [Double]())
        return SetScoring(
          add: { examples in
            answers.add(
              ScoredAnswers(
                examples, policy: model.scores(of: examples), reference: reference.scores(model, examples)))
            ratios += mismatched.logRatios(model, examples, in: .heldOut, reference)
          },
          scores: { answers.exampleScores(loss, z: KTOLoss.distance(ratios)) })
      })
  }
}

/// The answers of some examples, scored by the policy and by the reference.
private struct ScoredAnswers {
  private var examples: [PreferenceExample] = []
  private var policy: [AnswerScores] = []
  private var reference: [AnswerScores] = []

  /// None yet.
  init() {}

  /// Puts scores together; without a reference its log-probabilities are 0.
  init(_ examples: [PreferenceExample], policy: [AnswerScores], reference: [AnswerScores]?) {
    (self.examples, self.policy) = (examples, policy)
    self.reference = reference ?? examples.map { _ in AnswerScores(chosen: 0, rejected: 0) }
  }

  /// Adds those of further examples.
  mutating func add(_ more: ScoredAnswers) {
    examples += more.examples
    policy += more.policy
    reference += more.reference
  }

  /// The loss of each example, `[examples]`, from the policy's log-probabilities; an answer that it lacks has none.
  func losses(_ loss: KTOLoss, chosen: Variable, rejected: Variable, z: Double) -> Variable {
    func present(_ answers: [[Int32]]) -> Variable { constant(answers.map { $0.isEmpty ? 0 : 1 }) }
    return present(examples.map(\.chosen)) * loss.desirable(chosen - constant(reference.map(\.chosen)), z: z)
      + present(examples.map(\.rejected)) * loss.undesirable(rejected - constant(reference.map(\.rejected)), z: z)
  }

  /// The scores of all examples.
  func exampleScores(_ loss: KTOLoss, z: Double) -> [ExampleScore] {
    let values = withoutGradients {
      losses(loss, chosen: constant(policy.map(\.chosen)), rejected: constant(policy.map(\.rejected)), z: z)
    }.value.array
    return examples.enumerated().map { index, example in
      let preferences = preferences(of: index, loss, z: z)
      return ExampleScore(
        loss: Double(values[index]), count: example.answerCount,
        negativeLogLikelihood: -(preferences.chosen.logProbabilities ?? 0), likelihoodTokens: example.chosenTargetCount,
        trainedTokens: example.trainedCount, preferences: preferences)
    }
  }

  /// The rewards of one example. A pair counts as right where the better answer gets more reward, a single answer where
  /// it is on its side of z.
  func preferences(of index: Int, _ loss: KTOLoss, z: Double) -> PreferenceSums {
    let (example, policy, reference) = (examples[index], policy[index], reference[index])
    var sums = PreferenceSums()
    let better = loss.beta * (Double(policy.chosen) - Double(reference.chosen))
    let worse = loss.beta * (Double(policy.rejected) - Double(reference.rejected))
    if !example.chosen.isEmpty { sums.chosen.add(reward: better, logProbability: Double(policy.chosen)) }
    if !example.rejected.isEmpty { sums.rejected.add(reward: worse, logProbability: Double(policy.rejected)) }
    let isRight =
      if example.rejected.isEmpty { better > loss.beta * z } else if example.chosen.isEmpty {
        worse < loss.beta * z
      } else {
        better > worse
      }
    (sums.judged, sums.right) = (1, isRight ? 1 : 0)
    return sums
  }
}
