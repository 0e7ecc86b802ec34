extension Recipe {
  /// How long, and how many examples at a time.
  public struct Training: Sendable, Equatable {
    /// When the training ends.
    public enum Length: Sendable, Equatable {
      /// Every record was seen so many times.
      case epochs(Int)
      /// So many optimizer steps.
      case steps(Int)
    }

    /// Which weights the result holds.
    public enum Result: String, Sendable, CaseIterable {
      /// Those after the last step.
      case last
      /// Those of the lowest held-out loss.
      case best
    }

    /// When the training ends. 3 epochs: Stanford Alpaca's.
    public var length = Length.epochs(3)
    /// Examples in one optimizer step, over all micro-batches and processes. 8: ours, for small sets.
    public var batchSize = 8
    /// Examples at a time; the rest is accumulated. 4, or the batch where that is smaller: ours, for small memories.
    public var microBatchSize = 4
    /// Which weights the result holds. last: what every other trainer does.
    public var result = Result.last
    /// How many steps in a row may be skipped for a loss or gradient that is not finite before the run stops. 10: ours.
    public var maximumSkipped = 10
    /// After how many evaluations without a lower held-out loss the run stops; nil: never.
    public var patience: Int?

    /// The defaults.
    public init() {}
  }

  /// When the held-out sets are evaluated, and how. They are also evaluated before the first step and at the end.
  public struct Evaluation: Sendable, Equatable {
    /// Steps from one evaluation to the next. 50: ours.
    public var every = 50
    /// Whether the held-out prompts are answered before and after training, and the exact match is reported.
    public var generate = false
    /// Prompts that are answered before and after training, for a person to read.
    public var prompts: [String] = []
    /// The longest answer, in tokens. 128: ours.
    public var maximumNewTokens = 128

    /// The defaults.
    public init() {}
  }

  /// When the state is saved. It is saved at the end as well.
  public struct Checkpoint: Sendable, Equatable {
    /// Steps from one checkpoint to the next. 100: ours.
    public var every = 100
    /// How many are kept, the newest (`last.h5`) among them. 2: one to fall back on where the newest is damaged.
    public var keep = 2

    /// The defaults.
    public init() {}
  }

  /// What is written along the way.
  public struct Logging: Sendable, Equatable {
    /// Steps from one line of the progress to the next. 1: every step.
    public var every = 1
    /// Whether TensorBoard's event files are written.
    public var tensorboard = true
    /// Watts that the machine draws during the run, for the report if the processor does not measure them; nil: unknown.
    public var watts: Double?

    /// The defaults.
    public init() {}
  }
}

extension Recipe.Training {
  init(_ section: Section) {
    var epochs = 3
    var steps = 1
    section.integer("epochs", &epochs, atLeast: 1)
    section.integer("steps", &steps, atLeast: 1)
    length = section.has("steps") ? .steps(steps) : .epochs(epochs)
    if section.has("epochs"), section.has("steps") {
      section.report("steps", "give either `epochs` or `steps`, not both.")
    }
    section.integer("batch_size", &batchSize, atLeast: 1)
    microBatchSize = min(microBatchSize, batchSize)
    section.integer("micro_batch_size", &microBatchSize, atLeast: 1)
    if microBatchSize > batchSize {
      section.report("micro_batch_size", "is \(microBatchSize), more than the batch_size of \(batchSize).")
    }
    section.choice("result", &result)
    section.integer("max_skipped", &maximumSkipped, atLeast: 0)
    section.integer("patience", &patience, atLeast: 1)
  }

  var resolved: ResolvedValue {
    let length: ResolvedValue.Field =
      switch self.length {
      case .epochs(let epochs): ("epochs", .integer(epochs))
      case .steps(let steps): ("steps", .integer(steps))
      }
    return .section([
      length, ("batch_size", .integer(batchSize)), ("micro_batch_size", .integer(microBatchSize)),
      ("result", .text(result.rawValue)), ("max_skipped", .integer(maximumSkipped)),
      ("patience", patience.map { .integer($0) } ?? .text("none")),
    ])
  }
}

extension Recipe.Evaluation {
  init(_ section: Section) {
    section.integer("every", &every, atLeast: 1)
    section.flag("generate", &generate)
    section.texts("prompts", &prompts)
    section.integer("max_new_tokens", &maximumNewTokens, atLeast: 1)
  }

  var resolved: ResolvedValue {
    .section([
      ("every", .integer(every)), ("generate", .bool(generate)), ("prompts", .texts(prompts)),
      ("max_new_tokens", .integer(maximumNewTokens)),
    ])
  }
}

extension Recipe.Checkpoint {
  init(_ section: Section) {
    section.integer("every", &every, atLeast: 1)
    section.integer("keep", &keep, atLeast: 1)
  }

  var resolved: ResolvedValue { .section([("every", .integer(every)), ("keep", .integer(keep))]) }
}

extension Recipe.Logging {
  init(_ section: Section) {
    section.integer("every", &every, atLeast: 1)
    section.flag("tensorboard", &tensorboard)
    section.number("watts", &watts, .positive)
  }

  var resolved: ResolvedValue {
    .section([
      ("every", .integer(every)), ("tensorboard", .bool(tensorboard)),
      ("watts", watts.map { .number($0) } ?? .text("none")),
    ])
  }
}
