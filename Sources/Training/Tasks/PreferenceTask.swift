import InstructionData
import LanguageModels

/// Learning from answers of which some are better than others.
public struct PreferenceTask: LearningTask {
  /// Pairs of answers, or single answers that are judged.
  public let purpose: RecordPurpose
  /// The head that the model needs.
  public let head: OutputHead
  /// What the policy is compared with; nil: nothing.
  public let reference: ReferenceModel?
  private let comparesMismatchedAnswers: Bool
  private let objective: @Sendable (PreferenceReference, MismatchedAnswers) -> Objective<PreferenceExample>

  /// A task with an objective.
  ///
  /// - Parameters:
  ///   - purpose: what records are read for.
  ///   - head: the head that the model needs.
  ///   - reference: what the policy is compared with; nil: nothing.
  ///   - comparesMismatchedAnswers: whether the objective needs prompts with answers to other prompts.
  ///   - objective: the objective, given the reference and the answers to other prompts.
  public init(
    purpose: RecordPurpose = .preference, head: OutputHead = .vocabulary, reference: ReferenceModel? = nil,
    comparesMismatchedAnswers: Bool = false,
    objective: @escaping @Sendable (PreferenceReference, MismatchedAnswers) -> Objective<PreferenceExample>
  ) {
    (self.purpose, self.head, self.reference) = (purpose, head, reference)
    (self.comparesMismatchedAnswers, self.objective) = (comparesMismatchedAnswers, objective)
  }

  /// A task whose objective is a loss of pairs.
  ///
  /// - Parameters:
  ///   - reference: the model to compare with, where the loss does so.
  ///   - sftWeight: the weight with which the better answers' negative log-likelihood is added.
  public init(_ loss: PreferenceLoss, reference: ReferenceModel = .beginning, sftWeight: Double = 0) {
    self.init(reference: loss.readsReference ? reference : nil) { reference, _ in
      .preference(loss, reference: reference, sftWeight: sftWeight)
    }
  }

  /// Reads pairs, or judged answers.
  public func examples(
    from sources: [DataSource], by loader: DataLoader, problems: ProblemHandling
  ) throws -> DataSet<PreferenceExample> {
    purpose == .judgement
      ? try loader.judgements(from: sources, problems: problems)
      : try loader.preferences(from: sources, problems: problems)
  }

  /// Reads pairs, or judged answers; for a reward model also records with one answer, which it scores.
  public func evaluationExamples(
    from sources: [DataSource], by loader: DataLoader
  ) throws -> DataSet<PreferenceExample> {
    head == .score
      ? try loader.scoredAnswers(from: sources) : try examples(from: sources, by: loader, problems: .throwFirst)
  }

  /// Every answer after its prompt: better ones are piece 0 of their record, worse ones piece 1.
  public func sequences(_ data: DataSet<PreferenceExample>) -> DataSet<Example> { data.answers }

  /// None: a length says nothing about where prompts end.
  public func unknownExample(tokens: Int) -> PreferenceExample? { nil }

  /// The example with its tokens modulo the vocabulary.
  public func confined(_ example: PreferenceExample, toVocabulary size: Int) -> PreferenceExample {
    let vocabulary = Int32(clamping: size)
    func confined(_ tokens: [Int32]) -> [Int32] { tokens.map { $0 % vocabulary } }
    return PreferenceExample(
      prompt: confined(example.prompt), chosen: confined(example.chosen), rejected: confined(example.rejected),
      chosenTargets: example.chosenTargets, rejectedTargets: example.rejectedTargets, origin: example.origin)
  }

  /// The objective, and all answers that its reference scores.
  public func preparation(
    training: [PreferenceExample], heldOut: [PreferenceExample], positions: Int
  ) -> TaskPreparation<PreferenceExample> {
    let mismatched =
      comparesMismatchedAnswers
      ? MismatchedAnswers(training: training, heldOut: heldOut, positions: positions) : MismatchedAnswers()
    let scored = reference == nil ? [] : training + heldOut + mismatched.examples
    return TaskPreparation(scored: scored, warnings: mismatched.warnings) { [objective] in objective($0, mismatched) }
  }
}
