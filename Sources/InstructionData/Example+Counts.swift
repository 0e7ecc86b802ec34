/// What a report and a batch need to know of an example, whatever its kind.
public protocol TrainingExample: Sendable, Equatable {
  /// Tokens as reports count them. Of a pair: prompt + chosen + prompt + rejected, even where the prompt is computed
  /// once.
  var tokenCount: Int { get }
  /// Tokens that the loss looks at.
  var trainedCount: Int { get }
  /// Whether this is a pair whose answers are equal, which teaches nothing.
  var hasEqualAnswers: Bool { get }
  /// The record.
  var origin: ExampleOrigin { get }
}

extension Example: TrainingExample {
  /// All tokens.
  public var tokenCount: Int { tokens.count }
  /// Tokens that are targets.
  public var trainedCount: Int { trained.reduce(0) { $0 + $1.count } }
  /// There is one answer.
  public var hasEqualAnswers: Bool { false }
}

extension PreferenceExample: TrainingExample {
  /// Prompt + chosen + prompt + rejected; the prompt once where there is one answer.
  public var tokenCount: Int { answerCount * prompt.count + chosen.count + rejected.count }
  /// The answers.
  public var trainedCount: Int { chosen.count + rejected.count }
  /// Whether the answers are equal, token by token.
  public var hasEqualAnswers: Bool { chosen == rejected }
}
