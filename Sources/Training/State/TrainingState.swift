import InstructionData

/// Everything that makes up a run, besides its parameters: with both, it resumes as if it had never stopped.
public struct TrainingState {
  /// Steps taken, skipped ones included.
  public var step = 0
  /// The place in the data.
  public var cursor: BatchCursor
  /// Epochs through the data, fractional.
  public var epoch = 0.0
  /// The moments and the number of updates.
  public var optimizer: Optimizer
  /// The lowest loss on the held-out set so far.
  public var bestLoss: Double?
  /// Evaluations since the one with the lowest loss.
  public var evaluationsSinceBest = 0
  /// Whether the evaluation after this step was stopped halfway: a resumed run starts with it.
  public var isEvaluationDue = false
  /// Steps skipped in a row, up to now.
  public var skippedInARow = 0
  /// Identifies this run's examples: a word for each source (``DataSet/digests``).
  public var dataDigests: [UInt64] = []
  /// Identifies this run's models: a word for the configuration, one for the reference whose scores were computed before
  /// training.
  public var modelDigests: [UInt64] = []

  /// The start of a run.
  public init(cursor: BatchCursor, optimizer: Optimizer) {
    self.cursor = cursor
    self.optimizer = optimizer
  }
}
