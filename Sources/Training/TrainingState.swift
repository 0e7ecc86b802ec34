import InstructionData
import Optimization

/// All that a run is, besides its parameters: with both, it goes on as if it had never stopped.
public struct TrainingState {
  /// Steps taken, skipped ones included.
  public var step = 0
  /// Where the data stands.
  public var cursor: BatchCursor
  /// Epochs through the data, fractional.
  public var epoch = 0.0
  /// The moments and the number of updates.
  public var optimizer: AdamW
  /// The lowest loss on the held-out set so far.
  public var bestLoss: Double?
  /// Evaluations since the one with the lowest loss.
  public var evaluationsSinceBest = 0
  /// Whether the evaluation behind this step was broken off: a run that goes on begins with it.
  public var isEvaluationDue = false
  /// Steps skipped one after another, up to now.
  public var skippedInARow = 0
  /// What tells this run's examples from others', a word a source (``DataSet/digests``).
  public var dataDigests: [UInt64] = []
  /// What tells this run's model from others, a word each: its configuration, and the reference of preferences that were
  /// scored ahead.
  public var modelDigests: [UInt64] = []

  /// The beginning of a run.
  public init(cursor: BatchCursor, optimizer: AdamW) {
    self.cursor = cursor
    self.optimizer = optimizer
  }
}
