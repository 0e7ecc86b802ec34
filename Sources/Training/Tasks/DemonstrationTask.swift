import InstructionData
import LanguageModels

/// Learning from demonstrations: a prompt, and the answer that the model should write.
public struct DemonstrationTask: LearningTask {
  private let objective: @Sendable () -> Objective<Example>

  /// A task with an objective: ``Objective/supervised``.
  public init(objective: @escaping @Sendable () -> Objective<Example>) {
    self.objective = objective
  }

  /// Demonstrations.
  public var purpose: RecordPurpose { .demonstration }
  /// A language model's.
  public var head: OutputHead { .vocabulary }
  /// Nothing.
  public var reference: ReferenceModel? { nil }

  /// Reads demonstrations.
  public func examples(
    from sources: [DataSource], by loader: DataLoader, problems: ProblemHandling
  ) throws -> DataSet<Example> {
    try loader.demonstrations(from: sources, problems: problems)
  }

  /// Reads demonstrations.
  public func evaluationExamples(from sources: [DataSource], by loader: DataLoader) throws -> DataSet<Example> {
    try loader.demonstrations(from: sources)
  }

  /// The examples themselves.
  public func sequences(_ data: DataSet<Example>) -> DataSet<Example> { data }

  /// An example all of whose tokens are trained on.
  public func unknownExample(tokens: Int) -> Example? {
    Example(
      tokens: [Int32](repeating: 0, count: tokens), trained: [1..<tokens], origin: ExampleOrigin(source: 0, line: 0))
  }

  /// The example with its tokens modulo the vocabulary.
  public func confined(_ example: Example, toVocabulary size: Int) -> Example {
    let vocabulary = Int32(clamping: size)
    return Example(tokens: example.tokens.map { $0 % vocabulary }, trained: example.trained, origin: example.origin)
  }

  /// The objective; nothing is scored ahead.
  public func preparation(training: [Example], heldOut: [Example], positions: Int) -> TaskPreparation<Example> {
    TaskPreparation { _ in objective() }
  }
}
