import InstructionData
import Recipes
import Training

/// The time that a run takes, from a measured step.
public struct TimeEstimate: Sendable, Equatable {
  /// One optimizer step, on average.
  public let secondsPerStep: Double
  /// The whole run: its steps, the evaluations, and the reference's scores if they are computed ahead.
  public let seconds: Double
  /// Optimizer steps.
  public let steps: Int
  /// Tokens that go through the model in a second of training.
  public let tokensPerSecond: Double

  /// Adds up the time of a run from the cost of a typical micro-batch and of an update of all trained weights.
  init<Element>(
    _ cost: StepCost, update: Double, _ batches: PlannedBatches<Element>, _ recipe: Recipe
  ) {
    let measured = Double(max(1, batches.typicalTokens))
    secondsPerStep = batches.tokensPerStep / measured * cost.computation * Double(recipe.passesPerStep) + update
    steps = batches.steps
    tokensPerSecond = batches.tokensPerStep / max(secondsPerStep, 1e-9)
    let between = (steps - 1) / recipe.evaluation.every
    let evaluated = Double(batches.evaluatedTokens) * Double(between + 2) + Double(batches.scoredTokens)
    seconds = Double(steps) * secondsPerStep + evaluated / measured * cost.evaluation
  }
}
