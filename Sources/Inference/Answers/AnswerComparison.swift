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
  let asked = askedExamples(examples, stop)
  var done = 0
  let written = try model.generate(
    asked.map { $0.request(maximumNewTokens: maximumNewTokens, stop) },
    shouldContinue: {
      try onProgress(done)
      return true
    },
    onToken: { _, _ in },
    onEnd: { _, sequence in
      try model.requireFinite(sequence)
      done += 1
    })
  try onProgress(done)
  return zip(asked, written).map { example, sequence in
    AnswerComparison(index: example.index, expected: decode(example.answer), written: decode(sequence.tokens))
  }
}

/// What ``compareAnswers(_:_:maximumNewTokens:stop:decode:onProgress:)`` asks a model.
public func answerRequests(
  for examples: [some TrainingExample], maximumNewTokens: Int, stop: StopRule
) -> [GenerationRequest] {
  askedExamples(examples, stop).map { $0.request(maximumNewTokens: maximumNewTokens, stop) }
}

/// The examples that ask something.
private func askedExamples(_ examples: [some TrainingExample], _ stop: StopRule) -> [AskedExample] {
  examples.enumerated().compactMap { AskedExample(index: $0, $1, stop) }
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

  func request(maximumNewTokens: Int, _ stop: StopRule) -> GenerationRequest {
    GenerationRequest(prompt: prompt, maximumNewTokens: min(maximumNewTokens, 2 * answer.count + 8), stop: stop)
  }
}
