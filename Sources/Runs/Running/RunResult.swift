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
