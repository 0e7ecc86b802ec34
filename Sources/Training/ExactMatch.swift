import Foundation
import InstructionData
import LanguageModels

/// A greedy answer beside the one that the record holds.
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

/// Lets a model answer the prompts of examples, greedily, and compares with the examples' own answers.
///
/// - Parameters:
///   - maximumNewTokens: the most tokens of an answer. An answer is given up earlier where it is twice as long as the
///     longest expected one of its group.
///   - stops: tokens at which an answer ends.
///   - decode: ids to text.
///   - onProgress: told how many examples are through, also while they are written; ends it by throwing.
public func compareAnswers(
  _ model: LanguageModel, _ examples: [some TrainingExample], maximumNewTokens: Int, stops: Set<Int32>,
  decode: ([Int32]) -> String, onProgress: (Int) throws -> Void
) rethrows -> [AnswerComparison] {
  var comparisons: [AnswerComparison] = []
  let asked = examples.enumerated().compactMap { index, element -> (index: Int, prompt: [Int32], answer: [Int32])? in
    let example = element.demonstration
    guard let answer = example.trained.last, answer.lowerBound > 0 else { return nil }
    let ids = example.tokens[answer]
    return (
      index, Array(example.tokens[..<answer.lowerBound]),
      Array(ids.last.map(stops.contains) == true ? ids.dropLast() : ids)
    )
  }
  for start in stride(from: 0, to: asked.count, by: 32) {
    let group = asked[start..<min(start + 32, asked.count)]
    let longest = group.map(\.answer.count).max() ?? 0
    let written = try model.generate(
      group.map(\.prompt), options: SamplingOptions(maximumNewTokens: min(maximumNewTokens, 2 * longest + 8)),
      stops: stops, onToken: { _, _ in try onProgress(comparisons.count) }, whenNotFinite: {})
    for (entry, ids) in zip(group, written) {
      comparisons.append(
        AnswerComparison(index: entry.index, expected: decode(entry.answer), written: decode(ids)))
    }
    try onProgress(comparisons.count)
  }
  return comparisons
}
