import InstructionData
import LanguageModels

/// What a run learns: which records it reads, what is prepared before its first step, and how examples are scored.
///
/// A recipe decides its task once; whatever runs, estimates, checks or evaluates the recipe asks the task. A function
/// that is generic over the task opens `any LearningTask`, with the kind of its examples.
public protocol LearningTask: Sendable {
  /// What is learned from.
  associatedtype Element: TrainingExample

  /// What records are read for.
  var purpose: RecordPurpose { get }
  /// The head that the model needs.
  var head: OutputHead { get }
  /// What the policy is compared with; nil: nothing.
  var reference: ReferenceModel? { get }

  /// Reads the records of files.
  ///
  /// - Throws: `UserError`, or `UserErrors` where problems are collected.
  func examples(
    from sources: [DataSource], by loader: DataLoader, problems: ProblemHandling
  ) throws -> DataSet<Element>

  /// Reads records that a model is only evaluated on.
  ///
  /// - Throws: `UserError`.
  func evaluationExamples(from sources: [DataSource], by loader: DataLoader) throws -> DataSet<Element>

  /// The examples as people look at them: one for every answer.
  func sequences(_ data: DataSet<Element>) -> DataSet<Example>

  /// An example of some tokens of which nothing is known but their number; nil where that says too little.
  func unknownExample(tokens: Int) -> Element?

  /// The example with every token below the size of a smaller vocabulary; its lengths stay.
  func confined(_ example: Element, toVocabulary size: Int) -> Element

  /// What the task needs for a run's examples.
  ///
  /// - Parameters:
  ///   - training: what is trained on, file by file; empty where a model is only evaluated.
  ///   - heldOut: what is held out, file by file.
  ///   - positions: the most tokens that the model was made for.
  func preparation(training: [Element], heldOut: [Element], positions: Int) -> TaskPreparation<Element>
}

/// What a policy is compared with while it learns.
public enum ReferenceModel: Sendable, Equatable {
  /// The model as it is before training.
  case beginning
  /// The model at a path.
  case path(String)

  /// The model at a path; without one, the model as it is before training.
  public init(path: String?) { self = path.map { .path($0) } ?? .beginning }
}

/// What a task needs for a run's examples before the first step.
public struct TaskPreparation<Element: TrainingExample> {
  /// The answers that a reference scores; none where the task has no reference.
  public let scored: [PreferenceExample]
  /// What is worth knowing about the examples, although it is no mistake.
  public let warnings: [String]
  /// The objective, given what the policy is compared with.
  public let objective: (PreferenceReference) -> Objective<Element>

  /// Makes a preparation.
  public init(
    scored: [PreferenceExample] = [], warnings: [String] = [],
    objective: @escaping (PreferenceReference) -> Objective<Element>
  ) {
    self.scored = scored
    self.warnings = warnings
    self.objective = objective
  }
}
