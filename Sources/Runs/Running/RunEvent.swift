import Inference
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
