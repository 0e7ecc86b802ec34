import Autodiff
import InstructionData
import LanguageModels

/// The sum of a loss over some examples; nothing is divided before the optimizer step.
public struct LossSum {
  /// The sum, a scalar.
  public let sum: Variable
  /// What the sum is divided by, in the end: trained tokens, or pairs.
  public let count: Int

  /// Makes a sum.
  public init(sum: Variable, count: Int) {
    self.sum = sum
    self.count = count
  }
}

/// What is learnt from examples of a kind.
public struct Objective<Element: TrainingExample> {
  /// The loss of some examples, summed.
  public let loss: (LanguageModel, [Element]) -> LossSum
  /// The losses of some examples as a held-out set reports them.
  public let evaluate: (LanguageModel, [Element]) -> [ExampleScore]

  /// Makes an objective.
  public init(
    loss: @escaping (LanguageModel, [Element]) -> LossSum,
    evaluate: @escaping (LanguageModel, [Element]) -> [ExampleScore]
  ) {
    self.loss = loss
    self.evaluate = evaluate
  }
}

/// How well a model predicts one example.
public struct ExampleScore: Sendable, Equatable {
  /// The sum of its losses, in nats.
  public let loss: Double
  /// Its trained tokens.
  public let trainedTokens: Int
  /// How many of them were the most likely token.
  public let hits: Int
}
