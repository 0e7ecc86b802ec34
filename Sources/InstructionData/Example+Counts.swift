/// What reports and batches need to know about an example of any kind.
public protocol TrainingExample: Sendable, Equatable {
  /// The number of tokens as reports count them. For a pair: prompt + chosen + prompt + rejected, even though the
  /// prompt is computed once.
  var tokenCount: Int { get }
  /// The number of tokens that pass through the model in training; a pair's prompt counts once.
  var computedCount: Int { get }
  /// The number of tokens that the loss covers.
  var trainedCount: Int { get }
  /// Whether this is a pair whose answers are equal, which teaches nothing.
  var hasEqualAnswers: Bool { get }
  /// Whether it has a better or desirable answer.
  var hasChosenAnswer: Bool { get }
  /// Whether it has a worse or undesirable answer.
  var hasRejectedAnswer: Bool { get }
  /// What the model should write: the example itself, or a pair's prompt with the better answer.
  var demonstration: Example { get }
  /// The record that the example was made from.
  var origin: ExampleOrigin { get }
  /// What all sequences of the example start with: a sequence itself, or the prompt of a pair.
  var prefix: [Int32] { get }
  /// How many tokens ``tokenCount`` counts for each token of ``prefix``.
  var prefixCopies: Int { get }
  /// Everything that training sees of the example, as lists of numbers; two examples have equal lists only if they are
  /// equal.
  var numbers: [[Int32]] { get }
}

extension Example: TrainingExample {
  /// All tokens.
  public var tokenCount: Int { tokens.count }
  /// All tokens but the last, which predicts nothing.
  public var computedCount: Int { max(0, tokens.count - 1) }
  /// Tokens that are targets.
  public var trainedCount: Int { trained.reduce(0) { $0 + $1.count } }
  /// Always false: there is one answer.
  public var hasEqualAnswers: Bool { false }
  /// Always false: its answer is not compared.
  public var hasChosenAnswer: Bool { false }
  /// Always false: its answer is not compared.
  public var hasRejectedAnswer: Bool { false }
  /// The example itself.
  public var demonstration: Example { self }
  /// All tokens.
  public var prefix: [Int32] { tokens }
  /// Always 1.
  public var prefixCopies: Int { 1 }
  /// The tokens, and the bounds of the ranges that are trained on.
  public var numbers: [[Int32]] { [tokens, trained.flatMap { [Int32($0.lowerBound), Int32($0.upperBound)] }] }
}

extension PreferenceExample: TrainingExample {
  /// Prompt + chosen + prompt + rejected; with a single answer the prompt counts once.
  public var tokenCount: Int { answerCount * prompt.count + chosen.count + rejected.count }
  /// The prompt, and both answers without their last tokens.
  public var computedCount: Int { prompt.count + max(0, chosen.count - 1) + max(0, rejected.count - 1) }
  /// The tokens of the answers that the model should write.
  public var trainedCount: Int { chosenTargetCount + rejectedTargetCount }
  /// Whether the answers have the same tokens.
  public var hasEqualAnswers: Bool { chosen == rejected }
  /// Whether it has a better or desirable answer.
  public var hasChosenAnswer: Bool { !chosen.isEmpty }
  /// Whether it has a worse or undesirable answer.
  public var hasRejectedAnswer: Bool { !rejected.isEmpty }
  /// The prompt with the better answer; without one, no token is trained on.
  public var demonstration: Example {
    Example(tokens: prompt + chosen, trained: chosenTargets.map { $0.shifted(by: prompt.count) }, origin: origin)
  }
  /// The prompt.
  public var prefix: [Int32] { prompt }
  /// The number of answers.
  public var prefixCopies: Int { answerCount }
  /// The tokens of the prompt and of both answers; and the bounds of the targets, if some tokens of an answer are none.
  public var numbers: [[Int32]] {
    let tokens = [prompt, chosen, rejected]
    if trainedCount == chosen.count + rejected.count { return tokens }
    return tokens
      + [chosenTargets, rejectedTargets].map { $0.flatMap { [Int32($0.lowerBound), Int32($0.upperBound)] } }
  }
}
