import Autodiff
import InstructionData
import LanguageModels

extension Objective where Element == PreferenceExample {
  /// Learning from single answers, each desirable or not, and from pairs as two of them; the loss is summed over answers.
  ///
  /// How far the policy is from the reference is measured once a step, on the step's prompts with answers to other
  /// prompts, so that micro-batches change nothing. TRL measures it on each micro-batch.
  public static func kto(
    _ loss: KTOLoss, reference: PreferenceReference, mismatched: MismatchedAnswers
  ) -> Objective {
    func distance(_ model: LanguageModel, _ examples: [PreferenceExample]) -> Double {
      KTOLoss.distance(mismatched.logRatios(model, examples, reference))
    }
    return Objective(
      begin: { model, step in
        let z = distance(model, step)
        return { part in
          let answers = JudgedAnswers(model, part, reference, loss, z: z)
          return LossSum(
            sum: answers.desirable.sum() + answers.undesirable.sum(), count: part.reduce(0) { $0 + $1.answerCount },
            preferences: part.indices.reduce(PreferenceSums()) { $0 + answers.preferences(ofExample: $1) })
        }
      },
      evaluate: { model, examples in
        let z = distance(model, examples)
        let answers = withoutGradients { JudgedAnswers(model, examples, reference, loss, z: z) }
        let (desirable, undesirable) = (answers.desirable.value.array, answers.undesirable.value.array)
        return examples.enumerated().map { index, example in
          let preferences = answers.preferences(ofExample: index)
          return ExampleScore(
            loss: Double(desirable[index]) + Double(undesirable[index]), count: example.answerCount,
            negativeLogLikelihood: -(preferences.chosen.logProbabilities ?? 0),
            likelihoodTokens: example.chosenTargetCount,
            trainedTokens: example.trainedCount, preferences: preferences)
        }
      })
  }
}

/// The answers of some examples with their losses; an answer that an example lacks has loss 0.
private struct JudgedAnswers {
  /// `[examples]`.
  let desirable, undesirable: Variable
  private let examples: [PreferenceExample]
  private let policy, reference: [AnswerScores]
  private let beta, z: Double

  init(
    _ model: LanguageModel, _ examples: [PreferenceExample], _ reference: PreferenceReference, _ loss: KTOLoss,
    z: Double
  ) {
    let compared = reference.scores(model, examples) ?? examples.map { _ in AnswerScores(chosen: 0, rejected: 0) }
    let (chosen, rejected) = model.logProbabilities(of: PairTree(examples))
    func present(_ answers: [[Int32]]) -> Variable { constant(answers.map { $0.isEmpty ? 0 : 1 }) }
    desirable = present(examples.map(\.chosen)) * loss.desirable(chosen - constant(compared.map(\.chosen)), z: z)
    undesirable =
      present(examples.map(\.rejected)) * loss.undesirable(rejected - constant(compared.map(\.rejected)), z: z)
    policy = zip(chosen.value.array, rejected.value.array).map { AnswerScores(chosen: $0, rejected: $1) }
    (self.examples, self.reference, self.z, beta) = (examples, compared, z, loss.beta)
  }

  /// The rewards of one example. A pair counts as right where the better answer gets more reward, a single answer where
  /// it is on its side of z.
  func preferences(ofExample index: Int) -> PreferenceSums {
    let (example, policy, reference) = (examples[index], policy[index], reference[index])
    var sums = PreferenceSums()
    let better = beta * (Double(policy.chosen) - Double(reference.chosen))
    let worse = beta * (Double(policy.rejected) - Double(reference.rejected))
    if !example.chosen.isEmpty { sums.chosen.add(reward: better, logProbability: Double(policy.chosen)) }
    if !example.rejected.isEmpty { sums.rejected.add(reward: worse, logProbability: Double(policy.rejected)) }
    let isRight =
      if example.rejected.isEmpty { better > beta * z } else if example.chosen.isEmpty { worse < beta * z } else {
        better > worse
      }
    (sums.judged, sums.right) = (1, isRight ? 1 : 0)
    return sums
  }
}

/// Prompts with the answers to other prompts, on which KTO measures how far the policy is from the reference.
///
/// A record's prompt gets the answers of the next record of its source, whatever the batches are, so that a reference
/// can score them once; they are cut where they would be longer than the two records.
public struct MismatchedAnswers: Sendable {
  private var partners: [ExampleTokens: PreferenceExample] = [:]
  /// All of them, in the order of the records, for a reference that scores them before training.
  public private(set) var examples: [PreferenceExample] = []

  /// Pairs up the records of each source. A source with a single record has no others.
  public init(sources: [[PreferenceExample]]) {
    for source in sources where source.count > 1 {
      for (index, example) in source.enumerated() {
        let other = source[(index + 1) % source.count]
        let room = max(example.longestCount, other.longestCount) - example.prompt.count
        let (chosen, rejected) = (Array(other.chosen.prefix(room)), Array(other.rejected.prefix(room)))
        let partner = PreferenceExample(
          prompt: example.prompt, chosen: chosen, rejected: rejected, origin: example.origin)
        partners[ExampleTokens(example)] = partner
        examples.append(partner)
      }
    }
  }

  /// `log π(y'|x) / π_ref(y'|x)` of every answer y' that belongs to another prompt.
  func logRatios(
    _ model: LanguageModel, _ examples: [PreferenceExample], _ reference: PreferenceReference
  ) -> [Double] {
    groups(of: examples.compactMap { partners[ExampleTokens($0)] }).flatMap { group in
      let group = Array(group)
      let policy = model.scores(of: group)
      let compared = reference.scores(model, group) ?? policy
      return group.indices.flatMap { index -> [Double] in
        let (one, other) = (policy[index], compared[index])
        return (group[index].chosen.isEmpty ? [] : [Double(one.chosen) - Double(other.chosen)])
          + (group[index].rejected.isEmpty ? [] : [Double(one.rejected) - Double(other.rejected)])
      }
    }
  }
}
