import Diagnostics

/// How long a run is.
public enum RunLength: Sendable, Equatable {
  /// A number of passes over the mixture; a fraction ends the run in the middle of an epoch.
  case epochs(Double)
  /// A number of optimizer steps, over as many epochs as they take.
  case steps(Int)
}

/// The examples of one optimizer step.
public struct Batch: Sendable, Equatable {
  /// The step, counted from 1.
  public let step: Int
  /// The examples by micro-batch, in order.
  public let microBatches: [[ExampleReference]]
  /// How many epochs are complete after this batch, including a fraction.
  public let epoch: Double
  /// The position in the data after this batch.
  public let cursor: BatchCursor

  /// All examples of the step.
  public var examples: [ExampleReference] { microBatches.flatMap { $0 } }
}

/// Which examples make up each optimizer step of a run.
///
/// Every epoch is split into batches of `batchSize`. Its last batch may be smaller; it is neither filled up nor
/// dropped.
public struct BatchPlan: Sendable, Equatable {
  /// Which examples make up an epoch.
  public let mixture: Mixture
  /// Examples per optimizer step.
  public let batchSize: Int
  /// Examples per micro-batch.
  public let microBatchSize: Int
  /// Optimizer steps of the run.
  public let totalSteps: Int

  /// Plans a run.
  ///
  /// - Throws: `UserError` of kind `recipe` for impossible sizes and lengths.
  public init(mixture: Mixture, batchSize: Int, microBatchSize: Int, length: RunLength) throws {
    for (key, value) in [("batch_size", batchSize), ("micro_batch_size", microBatchSize)] where value < 1 {
      throw UserError.recipe("training.\(key) must be at least 1, found \(value)")
    }
    self.mixture = mixture
    self.batchSize = batchSize
    self.microBatchSize = microBatchSize
    switch length {
    case .steps(let steps):
      if steps < 1 { throw UserError.recipe("training.steps must be at least 1, found \(steps)") }
      totalSteps = steps
    case .epochs(let epochs):
      let perEpoch = Self.steps(for: mixture.examplesPerEpoch.reduce(0, +), batchSize)
      let steps = (epochs * Double(perEpoch)).rounded(.up)
      guard epochs.isFinite, epochs > 0, steps < 0x1p53 else {
        throw UserError.recipe("training.epochs must be above 0 and give fewer than 2^53 steps, found \(epochs)")
      }
      totalSteps = Int(steps)
    }
  }

  /// Examples per epoch.
  public var examplesPerEpoch: Int { mixture.examplesPerEpoch.reduce(0, +) }

  /// Optimizer steps per epoch.
  public var stepsPerEpoch: Int { Self.steps(for: examplesPerEpoch, batchSize) }

  /// The beginning of the run.
  public var start: BatchCursor { BatchCursor(seed: mixture.seed) }

  /// How many steps a run has taken when it reaches a cursor.
  ///
  /// - Throws: `UserError` of kind `file` for a cursor that does not belong to this plan.
  public func steps(at cursor: BatchCursor) throws -> Int {
    let (before, overflows) = cursor.epoch.multipliedReportingOverflow(by: stepsPerEpoch)
    guard cursor.seed == mixture.seed, cursor.epoch >= 0, 0..<examplesPerEpoch ~= cursor.position,
      cursor.position.isMultiple(of: batchSize), !overflows, before <= totalSteps,
      before + cursor.position / batchSize <= totalSteps
    else {
      throw UserError.file(
        "the position in the data (epoch \(cursor.epoch), example \(cursor.position), seed \(cursor.seed)) does not "
          + "belong to this run (\(examplesPerEpoch) examples per epoch, batches of \(batchSize), \(totalSteps) steps, "
          + "seed \(mixture.seed))")
    }
    return before + cursor.position / batchSize
  }

  private static func steps(for examples: Int, _ batchSize: Int) -> Int {
    examples / batchSize + (examples.isMultiple(of: batchSize) ? 0 : 1)
  }
}
