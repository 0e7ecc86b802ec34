import InstructionData

/// What happens during training. The trainer prints and writes nothing: progress line, metrics and checkpoints subscribe.
public enum TrainingEvent {
  /// An optimizer step was taken, or skipped.
  case step(StepReport)
  /// The held-out set was evaluated, before the first step (step 0) or behind one.
  case evaluation(step: Int, EvaluationReport, isBest: Bool)
  /// The state is to be saved; subscribers read it from the trainer.
  case checkpoint(Checkpoint)

  /// What a checkpoint is for.
  public enum Checkpoint: String, Sendable {
    /// To go on from.
    case last
    /// The best loss on the held-out set so far.
    case best
  }
}

/// One optimizer step.
public struct StepReport: Sendable, Equatable {
  /// Counted from 1.
  public let step: Int
  /// Epochs through the data behind this step, fractional.
  public let epoch: Double
  /// The mean loss of this step's trained tokens (or pairs).
  public let loss: Double
  /// The rate that was applied.
  public let learningRate: Double
  /// The global norm of the gradient before clipping.
  public let gradientNorm: Double
  /// All tokens of this step's examples.
  public let tokens: Int
  /// Those that the loss looked at.
  public let trainedTokens: Int
  /// Wall time of this step, its data included.
  public let seconds: Double
  /// Whether the step was skipped, because the loss or the gradient was not finite.
  public let isSkipped: Bool
  /// How evenly its micro-batches were filled: their mean number of tokens by that of the largest; nil where there was
  /// one.
  public let microBatchFill: Double?
  /// Rewards and log-probabilities; nil where there are no preferences.
  public let preferences: PreferenceSums?

  /// Tokens by wall time.
  public var tokensPerSecond: Double { seconds > 0 ? Double(tokens) / seconds : 0 }
}

/// Whether training goes on behind an event.
public enum TrainingFlow: Sendable {
  /// It goes on.
  case goOn
  /// It saves its state behind the current step and ends.
  case stop
}
