import Foundation
import InstructionData
import LanguageModels
import Tensors

/// How well a model predicts the examples of one source, or of all.
public struct EvaluationResult: Sendable, Equatable {
  /// The source's name; `all` for the whole.
  public let name: String
  /// Every example's score, in the order of the examples.
  public var scores: [ExampleScore] = []
  /// All tokens of the examples.
  public var tokens = 0
  /// Wall time of the computation.
  public var seconds = 0.0

  /// Makes a result of some scores.
  public init(name: String, scores: [ExampleScore] = []) {
    self.name = name
    self.scores = scores
  }

  /// Tokens that are in the loss.
  public var trainedTokens: Int { scores.reduce(0) { $0 + $1.trainedTokens } }
  /// The mean loss: nats per trained token, or a loss per pair; NaN where nothing has a loss.
  public var loss: Double {
    scores.reduce(0) { $0 + $1.loss } / Double(scores.reduce(0) { $0 + $1.count })
      + (scores.first?.likelihoodWeight ?? 0) * negativeLogLikelihood
  }
  /// e to the negative log-likelihood per token: of the trained tokens, or of the better answers' tokens; nil where no
  /// token was predicted.
  public var perplexity: Double? {
    scores.contains { $0.likelihoodTokens > 0 } ? exp(negativeLogLikelihood) : nil
  }
  /// The share of trained tokens that were the most likely one; for pairs, the share in which the better answer gets more
  /// reward.
  public var accuracy: Double {
    preferences.map { $0.accuracy ?? 0 }
      ?? Double(scores.reduce(0) { $0 + ($1.hits ?? 0) }) / Double(max(1, trainedTokens))
  }
  /// Rewards and log-probabilities; nil where there are no preferences.
  public var preferences: PreferenceSums? {
    scores.reduce(into: nil) { total, score in
      if let more = score.preferences { total = (total ?? PreferenceSums()) + more }
    }
  }
  private var negativeLogLikelihood: Double {
    scores.reduce(0) { $0 + $1.negativeLogLikelihood } / Double(max(1, scores.reduce(0) { $0 + $1.likelihoodTokens }))
  }
  /// All tokens over the time they took.
  public var tokensPerSecond: Double { seconds > 0 ? Double(tokens) / seconds : 0 }
}

/// The results of a held-out set: each source, and the whole.
public struct EvaluationReport: Sendable, Equatable {
  /// A result for each source.
  public let sources: [EvaluationResult]
  /// All sources together.
  public let total: EvaluationResult

  /// Refuses a loss that is not finite. Single answers that a reward model scores have no loss.
  ///
  /// - Throws: `UserError` of kind `training`, which names a weight of the model that is not finite.
  public func requireFinite(by model: LanguageModel) throws {
    guard total.trainedTokens > 0, !total.loss.isFinite else { return }
    let hasLoss = total.scores.contains { $0.count > 0 }
    if hasLoss || model.weightNotFinite != nil { throw model.notFinite("the loss") }
  }
}

/// Evaluates a model on a held-out set.
///
/// - Parameter tokensAtATime: examples are computed together up to so many tokens; a longer one alone.
public func evaluate<Element: TrainingExample>(
  _ model: LanguageModel, on data: DataSet<Element>, objective: Objective<Element>, tokensAtATime: Int = tokensPerPass
) -> EvaluationReport {
  evaluate(model, on: data, objective: objective, tokensAtATime: tokensAtATime, onProgress: { _ in })
}

/// Evaluates a model on a held-out set, and reports progress.
///
/// - Parameters:
///   - tokensAtATime: examples are computed together up to so many tokens; a longer one alone.
///   - onProgress: receives the number of examples that are done; stops the evaluation by throwing.
public func evaluate<Element: TrainingExample>(
  _ model: LanguageModel, on data: DataSet<Element>, objective: Objective<Element>, tokensAtATime: Int = tokensPerPass,
  onProgress: (Int) throws -> Void
) rethrows -> EvaluationReport {
  let scoring = objective.beginEvaluation(model)
  var places: [Int] = []
  let seconds = try data.sources.map { source in
    let start = ContinuousClock.now
    let (examples, first) = (source.examples, places.count)
    for group in Grouping(examples, tokensAtATime: tokensAtATime, sharingPrefixes: model.sharesPrefixes).groups {
      TensorLifetime.passing { scoring.add(group.map { examples[$0] }) }
      places += group.map { first + $0 }
      try onProgress(places.count)
    }
    return (ContinuousClock.now - start).inSeconds
  }
  let scores = zip(places, scoring.scores()).sorted { $0.0 < $1.0 }.map(\.1)
  var total = EvaluationResult(name: "all", scores: scores)
  var first = 0
  let sources = zip(data.sources, seconds).map { source, seconds in
    let range = first..<first + source.examples.count
    first = range.upperBound
    var result = EvaluationResult(name: source.source.name, scores: Array(total.scores[range]))
    result.seconds = seconds
    result.tokens = source.examples.reduce(0) { $0 + $1.tokenCount }
    total.tokens += result.tokens
    total.seconds += seconds
    return result
  }
  return EvaluationReport(sources: sources, total: total)
}

extension Duration {
  /// The duration in seconds.
  public var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
