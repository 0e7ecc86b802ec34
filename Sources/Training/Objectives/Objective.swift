import Autodiff
import InstructionData
import LanguageModels

/// The sum of a loss over some examples; nothing is divided before the optimizer step.
public struct LossSum {
  /// The sum, a scalar.
  public let sum: Variable
  /// What the sum is divided by in the end: trained tokens, pairs, or judged answers.
  public let count: Int
  /// What preferences report besides; nil for other objectives.
  public let preferences: PreferenceSums?

  /// Makes a sum.
  public init(sum: Variable, count: Int, preferences: PreferenceSums? = nil) {
    self.sum = sum
    self.count = count
    self.preferences = preferences
  }
}

/// What is learned from examples of a kind.
public struct Objective<Element: TrainingExample> {
  /// The loss of some of a step's examples, summed.
  public typealias PartLoss = ([Element]) -> LossSum

  /// Starts an optimizer step on all of its examples, and gives the loss of its parts: what depends on the whole step is
  /// computed here, so that how the step is cut into micro-batches changes nothing.
  public let begin: (_ model: LanguageModel, _ step: [Element]) -> PartLoss
  /// Starts an evaluation of a held-out set.
  public let beginEvaluation: (_ model: LanguageModel) -> SetScoring<Element>

  /// Makes an objective.
  public init(
    begin: @escaping (LanguageModel, [Element]) -> PartLoss,
    beginEvaluation: @escaping (LanguageModel) -> SetScoring<Element>
  ) {
    self.begin = begin
    self.beginEvaluation = beginEvaluation
  }

  /// Makes an objective whose scores depend on each example alone.
  public init(
    begin: @escaping (LanguageModel, [Element]) -> PartLoss,
    evaluate: @escaping (LanguageModel, [Element]) -> [ExampleScore]
  ) {
    self.init(
      begin: begin,
      beginEvaluation: { model in
        var scores: [ExampleScore] = []
        return SetScoring(add: { scores += evaluate(model, $0) }, scores: { scores })
      })
  }

  /// Makes an objective that depends on each example alone.
  public init(
    loss: @escaping (LanguageModel, [Element]) -> LossSum,
    evaluate: @escaping (LanguageModel, [Element]) -> [ExampleScore]
  ) {
    self.init(begin: { model, _ in { loss(model, $0) } }, evaluate: evaluate)
  }

  /// The loss of a step that is one micro-batch.
  public func loss(_ model: LanguageModel, _ step: [Element]) -> LossSum { begin(model, step)(step) }

  /// The scores of a held-out set whose examples are computed together.
  public func evaluate(_ model: LanguageModel, _ set: [Element]) -> [ExampleScore] {
    let scoring = beginEvaluation(model)
    scoring.add(set)
    return scoring.scores()
  }
}

/// Scores a held-out set, some examples at a time.
public struct SetScoring<Element: TrainingExample> {
  /// Computes what the scores of some more examples are made of.
  public let add: ([Element]) -> Void
  /// The scores of all examples that were added, in order. What depends on the whole set is computed here, so that how the
  /// set is cut changes nothing.
  public let scores: () -> [ExampleScore]

  /// Puts both together.
  public init(add: @escaping ([Element]) -> Void, scores: @escaping () -> [ExampleScore]) {
    (self.add, self.scores) = (add, scores)
  }
}

/// How well a model does on one example.
public struct ExampleScore: Sendable, Equatable {
  /// The sum of its losses, in nats where they are of tokens.
  public let loss: Double
  /// What that sum is divided by: its trained tokens; 1 for a pair.
  public let count: Int
  /// The negative log-likelihood of what the model should write, in nats: for the perplexity.
  public let negativeLogLikelihood: Double
  /// The number of tokens in that.
  public let likelihoodTokens: Int
  /// The weight with which the mean of that over tokens is added to the loss: a recipe's `sft_weight`.
  public let likelihoodWeight: Double
  /// Its trained tokens.
  public let trainedTokens: Int
  /// How many of them were the most likely token; nil where that was not looked at.
  public let hits: Int?
  /// What preferences report besides; nil for other objectives.
  public let preferences: PreferenceSums?

  /// The score of an example whose loss is the sum over its trained tokens.
  public init(loss: Double, trainedTokens: Int, hits: Int) {
    (self.loss, count, negativeLogLikelihood) = (loss, trainedTokens, loss)
    (likelihoodTokens, self.trainedTokens, self.hits) = (trainedTokens, trainedTokens, hits)
    (likelihoodWeight, preferences) = (0, nil)
  }

  /// The score of answers of which some are better than others.
  ///
  /// - Parameters:
  ///   - loss: the sum of `count` losses.
  ///   - negativeLogLikelihood: of the better answer, which has `likelihoodTokens` tokens.
  ///   - likelihoodWeight: the recipe's `sft_weight`.
  public init(
    loss: Double, count: Int, negativeLogLikelihood: Double, likelihoodTokens: Int, likelihoodWeight: Double = 0,
    trainedTokens: Int, preferences: PreferenceSums
  ) {
    (self.loss, self.count) = (loss, count)
    (self.negativeLogLikelihood, self.likelihoodTokens) = (negativeLogLikelihood, likelihoodTokens)
    (self.likelihoodWeight, self.trainedTokens, self.preferences) = (likelihoodWeight, trainedTokens, preferences)
    hits = nil
  }
}
