import InstructionData

/// What happens during training. The trainer prints and writes nothing: progress line, metrics and checkpoints subscribe.
public enum TrainingEvent {
  /// An optimizer step was taken, or skipped.
  case step(StepReport)
  /// The held-out set was evaluated, before the first step (step 0) or after one.
  case evaluation(step: Int, EvaluationReport, isBest: Bool)
  /// It is time to save the state.
  case checkpoint(Checkpoint)

  /// What a checkpoint is for.
  public enum Checkpoint: String, Sendable {
    /// To resume from.
    case last
    /// The best loss on the held-out set so far.
    case best
  }
}

/// One optimizer step.
public struct StepReport: Sendable, Equatable {
  /// Counted from 1.
  public let step: Int
  /// Epochs through the data after this step, fractional.
  public let epoch: Double
  /// The mean loss of this step's trained tokens (or pairs).
  public let loss: Double
  /// The learning rate that was applied.
  public let learningRate: Double
  /// The global norm of the gradient before clipping.
  public let gradientNorm: Double
  /// All tokens of this step's examples.
  public let tokens: Int
  /// Those that are in the loss.
  public let trainedTokens: Int
  /// Wall time of this step, its data included.
  public let seconds: Double
  /// Whether the step was skipped, because the loss or the gradient was not finite.
  public let isSkipped: Bool
  /// How evenly its micro-batches were filled: their mean number of tokens over that of the largest; nil where there was
  /// only one.
  public let microBatchFill: Double?
  /// Rewards and log-probabilities; nil where there are no preferences.
  public let preferences: PreferenceSums?

  /// Tokens by wall time.
  public var tokensPerSecond: Double { seconds > 0 ? Double(tokens) / seconds : 0 }
}

/// Whether training continues after an event.
public enum TrainingFlow: Sendable {
  /// It continues.
  case `continue`
  /// It saves its state after the current step and ends.
  case stop
}
