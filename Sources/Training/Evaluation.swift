import Foundation
import InstructionData
import LanguageModels

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

  /// The sum of all losses, in nats.
  public var lossSum: Double { scores.reduce(0) { $0 + $1.loss } }
  /// Tokens that the loss looked at.
  public var trainedTokens: Int { scores.reduce(0) { $0 + $1.trainedTokens } }
  /// Nats per trained token.
  public var loss: Double { lossSum / Double(max(1, trainedTokens)) }
  /// e to the loss.
  public var perplexity: Double { exp(loss) }
  /// The share of trained tokens that were the most likely one.
  public var accuracy: Double { Double(scores.reduce(0) { $0 + $1.hits }) / Double(max(1, trainedTokens)) }
  /// All tokens by the time they took.
  public var tokensPerSecond: Double { seconds > 0 ? Double(tokens) / seconds : 0 }
}

/// The results of a held-out set: each source, and the whole.
public struct EvaluationReport: Sendable, Equatable {
  /// A result for each source.
  public let sources: [EvaluationResult]
  /// All sources together.
  public let total: EvaluationResult
}

/// Evaluates a model on a held-out set.
///
/// - Parameters:
///   - tokensAtATime: examples are computed together up to so many tokens; a longer one alone.
///   - onProgress: told how many examples are through.
public func evaluate<Element: TrainingExample>(
  _ model: LanguageModel, on data: DataSet<Element>, objective: Objective<Element>, tokensAtATime: Int = 2048,
  onProgress: (Int) -> Void = { _ in }
) -> EvaluationReport {
  var total = EvaluationResult(name: "all")
  let sources = data.sources.map { source in
    var result = EvaluationResult(name: source.source.name)
    let start = ContinuousClock.now
    for group in groups(of: source.examples, tokensAtATime) {
      result.scores += objective.evaluate(model, Array(group))
      onProgress(total.scores.count + result.scores.count)
    }
    result.seconds = (ContinuousClock.now - start).inSeconds
    result.tokens = source.examples.reduce(0) { $0 + $1.tokenCount }
    total.scores += result.scores
    total.tokens += result.tokens
    total.seconds += result.seconds
    return result
  }
  return EvaluationReport(sources: sources, total: total)
}

/// Neighbouring examples, as many as have no more than so many tokens together.
private func groups<Element: TrainingExample>(of examples: [Element], _ tokens: Int) -> [ArraySlice<Element>] {
  var groups: [ArraySlice<Element>] = []
  var (start, held) = (0, 0)
  for (index, example) in examples.enumerated() {
    if index > start, held + example.tokenCount > tokens {
      groups.append(examples[start..<index])
      (start, held) = (index, 0)
    }
    held += example.tokenCount
  }
  if start < examples.count { groups.append(examples[start...]) }
  return groups
}

extension Duration {
  /// The duration in seconds.
  public var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
