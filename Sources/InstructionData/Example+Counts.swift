/// What a report and a batch need to know of an example, whatever its kind.
public protocol TrainingExample: Sendable, Equatable {
  /// Tokens as reports count them. Of a pair: prompt + chosen + prompt + rejected, even where the prompt is computed
  /// once.
  var tokenCount: Int { get }
  /// Tokens that go through the model when it is trained: of a pair the prompt once.
  var computedCount: Int { get }
  /// Tokens that the loss looks at.
  var trainedCount: Int { get }
  /// Whether this is a pair whose answers are equal, which teaches nothing.
  var hasEqualAnswers: Bool { get }
  /// What the model should write: the example itself; of a pair the better answer to its prompt.
  var demonstration: Example { get }
  /// The record.
  var origin: ExampleOrigin { get }
  /// Everything that training sees of it, as lists of numbers: equal examples, and they alone, have equal lists.
  var numbers: [[Int32]] { get }
}

extension Example: TrainingExample {
  /// All tokens.
  public var tokenCount: Int { tokens.count }
  /// All tokens but the last, which predicts nothing.
  public var computedCount: Int { max(0, tokens.count - 1) }
  /// Tokens that are targets.
  public var trainedCount: Int { trained.reduce(0) { $0 + $1.count } }
  /// There is one answer.
  public var hasEqualAnswers: Bool { false }
  /// The example itself.
  public var demonstration: Example { self }
  /// Tokens; bounds of what is trained on.
  public var numbers: [[Int32]] { [tokens, trained.flatMap { [Int32($0.lowerBound), Int32($0.upperBound)] }] }
}

extension PreferenceExample: TrainingExample {
  /// Prompt + chosen + prompt + rejected; the prompt once where there is one answer.
  public var tokenCount: Int { answerCount * prompt.count + chosen.count + rejected.count }
  /// The prompt, and both answers without their last tokens.
  public var computedCount: Int { prompt.count + max(0, chosen.count - 1) + max(0, rejected.count - 1) }
  /// The answers.
  public var trainedCount: Int { chosen.count + rejected.count }
  /// Whether the answers are equal, token by token.
  public var hasEqualAnswers: Bool { chosen == rejected }
  /// The prompt with the better answer; nothing of it is trained on where there is none.
  public var demonstration: Example {
    Example(
      tokens: prompt + chosen, trained: [prompt.count..<prompt.count + chosen.count], origin: origin)
  }
  /// Tokens of the prompt and of both answers.
  public var numbers: [[Int32]] { [prompt, chosen, rejected] }
}
