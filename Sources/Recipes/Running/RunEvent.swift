import Inference
import InstructionData
import LanguageModels
import Training

/// What a run reports. The runner prints nothing; the command line does.
public enum RunEvent {
  /// Everything is read and checked; training is about to start.
  case summary(RunSummary)
  /// Something that does not stop the run but should be known.
  case warning(String)
  /// A reference scores the answers before training.
  case reference(scored: Int, of: Int)
  /// The run resumes after a step.
  case resumed(step: Int)
  /// The folder already holds the finished run: nothing is left to do.
  case alreadyFinished(step: Int)
  /// Training.
  case training(TrainingEvent)
  /// Greedy answers to the held-out prompts.
  case answers(Moment, [AnswerComparison])
  /// Answers to the recipe's own prompts.
  case samples(Moment, [(prompt: String, answer: String)])
  /// What the whole run would take; after the step of a dry run.
  case estimated(TimeEstimate, MemoryEstimate)
  /// The end.
  case finished(RunResult)

  /// Before the first step, after an evaluation along the way, or after the last step.
  public enum Moment: String, Sendable {
    /// Before the first step.
    case before
    /// After an evaluation along the way.
    case whileTraining = "during"
    /// After the last step.
    case after
  }
}

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
  /// The memory that the run will take.
  public let memory: MemoryEstimate
}

/// How a run ended.
public struct RunResult {
  /// The file with the result; nil if the run was stopped or wrote nothing.
  public let file: String?
  /// The step that was reached.
  public let step: Int
  /// Whether the run reached its end.
  public let isComplete: Bool
  /// Whether it ended early, because the patience was over.
  public let isEarly: Bool
  /// Wall time.
  public let seconds: Double
}
