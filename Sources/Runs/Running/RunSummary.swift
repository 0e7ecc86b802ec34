import InstructionData

/// What there is to know before the first step.
public struct RunSummary {
  /// Where the run writes.
  public let output: String
  /// The model's path, or that its weights are random.
  public let model: String
  /// All weights, and those that are trained.
  public let parameters: (all: Int, trainable: Int)
  /// The adapter in a line; nil where the model itself is trained.
  public let adapter: String?
  /// Whether the result scores answers instead of writing them.
  public let isRewardModel: Bool
  /// Whether the adapter can be merged into the model.
  public let canMerge: Bool
  /// What each training file contributed.
  public let sources: [SourceReport]
  /// What each held-out file contributed.
  public let heldOut: [SourceReport]
  /// The template that records were written with.
  public let template: TemplateName
  /// Optimizer steps.
  public let steps: Int
  /// The share of the tokens that prefixes shared within micro-batches save; 0 where nothing is shared.
  public let sharedPart: Double
  /// The memory that the run will take.
  public let memory: MemoryEstimate
}
