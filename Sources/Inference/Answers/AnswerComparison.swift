import Foundation
import InstructionData
import LanguageModels

/// A greedy answer beside the record's own.
public struct AnswerComparison: Sendable, Equatable {
  /// The example's place among its source's examples.
  public let index: Int
  /// The record's answer.
  public let expected: String
  /// What the model wrote.
  public let written: String

  /// Whether both are the same text, apart from white space at the ends.
  public var isMatch: Bool {
    expected.trimmingCharacters(in: .whitespacesAndNewlines) == written.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

extension [AnswerComparison] {
  /// The share of answers that are the record's.
  public var exactMatch: Double { Double(count(where: \.isMatch)) / Double(Swift.max(1, count)) }
}

/// Lets a model answer the prompts of examples, greedily, and compares with the examples' own answers.
///
/// The model's positions set no limit here: an answer may become as long as those it was trained on.
///
/// - Parameters:
///   - maximumNewTokens: the most tokens of an answer. An answer ends earlier where it is 8 tokens longer than twice the
///     expected one, whichever examples are answered together with it.
///   - stop: where an answer ends.
///   - decode: ids to text.
///   - onProgress: called with the number of examples that are done, before every pass through the weights too; ends the
///     comparison by throwing.
/// - Throws: `UserError` of kind `training` where the model's prediction is not finite; what `onProgress` throws.
public func compareAnswers(
  _ model: LanguageModel, _ examples: [some TrainingExample], maximumNewTokens: Int, stop: StopRule,
  decode: ([Int32]) -> String, onProgress: (Int) throws -> Void
) throws -> [AnswerComparison] {
  var comparisons: [AnswerComparison] = []
  for group in askedGroups(of: examples, stop) {
    let written = try model.generate(
      requests(of: group, maximumNewTokens: maximumNewTokens, stop),
      shouldContinue: {
        try onProgress(comparisons.count)
        return true
      }, onToken: { _, _ in })
    for (example, sequence) in zip(group, written) {
      try model.requireFinite(sequence)
      comparisons.append(
        AnswerComparison(
          index: example.index, expected: decode(example.answer), written: decode(sequence.tokens)))
    }
    try onProgress(comparisons.count)
  }
  return comparisons
}

/// What ``compareAnswers(_:_:maximumNewTokens:stop:decode:onProgress:)`` asks a model: the requests that share the passes
/// through the weights, group by group.
public func answerRequests(
  for examples: [some TrainingExample], maximumNewTokens: Int, stop: StopRule
) -> [[GenerationRequest]] {
  askedGroups(of: examples, stop).map { requests(of: $0, maximumNewTokens: maximumNewTokens, stop) }
}

/// The most examples that share the passes through the weights.
private let examplesAtATime = 32
/// The most tokens for which their caches have room together, unless a single example needs more: some long prompts would
/// otherwise need as much memory as all prompts of the longest one's length.
private let cachedTokens = examplesAtATime * tokensPerPass

/// Splits the examples that ask something into groups of neighbours.
private func askedGroups(of examples: [some TrainingExample], _ stop: StopRule) -> [ArraySlice<AskedExample>] {
  let asked = examples.enumerated().compactMap { AskedExample(index: $0, $1, stop) }
  var groups: [ArraySlice<AskedExample>] = []
  var (start, longest) = (0, 0)
  for (index, example) in asked.enumerated() {
    longest = max(longest, example.prompt.count + example.answer.count)
    let count = index + 1 - start
    if count > examplesAtATime || count > 1 && count * longest > cachedTokens {
      groups.append(asked[start..<index])
      (start, longest) = (index, example.prompt.count + example.answer.count)
    }
  }
  if start < asked.count { groups.append(asked[start...]) }
  return groups
}

private func requests(
  of group: ArraySlice<AskedExample>, maximumNewTokens: Int, _ stop: StopRule
) -> [GenerationRequest] {
  group.map { example in
    GenerationRequest(
      prompt: example.prompt, maximumNewTokens: min(maximumNewTokens, 2 * example.answer.count + 8), stop: stop)
  }
}

/// An example's last answer, and everything before it.
private struct AskedExample {
  let index: Int
  let prompt: [Int32]
  /// Without the token that ends it.
  let answer: [Int32]

  /// Nil where there is no answer, or nothing before it.
  init?(index: Int, _ element: some TrainingExample, _ stop: StopRule) {
    let example = element.demonstration
    guard let answer = example.trained.last, answer.lowerBound > 0 else { return nil }
    self.index = index
    prompt = Array(example.tokens[..<answer.lowerBound])
    self.answer = stop.withoutEnd(Array(example.tokens[answer]))
  }
}
