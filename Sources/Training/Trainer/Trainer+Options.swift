extension Trainer {
  /// How long, how often, how much.
  public struct Options: Sendable {
    /// The largest global norm of the gradient; nil leaves it as it is.
    public var clipNorm: Double?
    /// Whether a step of one micro-batch updates each parameter during the backward pass (``OptimizerStep/isInBackward``).
    public var updatesInBackward: Bool
    /// Steps between two evaluations; there is one before the first step and one after the last.
    public var evaluateEvery: Int
    /// Steps between two checkpoints; there is one after the last step.
    public var checkpointEvery: Int
    /// The most steps that may be skipped one after another.
    public var maximumSkipped: Int
    /// After how many evaluations without a lower held-out loss training ends; nil: never before the plan does.
    public var patience: Int?
    /// Seeds dropout, together with the step, so that a resumed run drops the same.
    public var seed: UInt64

    /// The defaults are the recipe's.
    public init(
      clipNorm: Double? = 1, updatesInBackward: Bool = false, evaluateEvery: Int = 50, checkpointEvery: Int = 100,
      maximumSkipped: Int = 10, patience: Int? = nil, seed: UInt64 = 0
    ) {
      self.clipNorm = clipNorm
      self.updatesInBackward = updatesInBackward
      self.evaluateEvery = evaluateEvery
      self.checkpointEvery = checkpointEvery
      self.maximumSkipped = maximumSkipped
      self.patience = patience
      self.seed = seed
    }

    /// Whether training ends at a state: after the last step, or when the patience is over.
    public func isEnd(_ state: TrainingState, totalSteps: Int) -> Bool {
      state.step >= totalSteps || patience.map { state.evaluationsSinceBest >= $0 } ?? false
    }
  }
}
