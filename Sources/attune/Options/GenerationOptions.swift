import ArgumentParser
import Inference

/// How text is written.
struct GenerationOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "The most tokens to write.")
  var maxNewTokens = 128

  @Option(parsing: .unconditional, help: "0 takes the most likely token, 1 samples from the model's distribution.")
  var temperature = 0.0

  @Option(parsing: .unconditional, help: "Sample from the k most likely tokens only.")
  var topK: Int?

  @Option(
    parsing: .unconditional, help: "Sample from the fewest tokens that hold this share of the probability, 0 to 1.")
  var topP: Double?

  @Option(
    parsing: .unconditional, help: "Sample from tokens at least this share as likely as the most likely one, 0 to 1.")
  var minP: Double?

  @Option(
    parsing: .unconditional, help: "Makes tokens that have occurred less likely: 1 changes nothing, 1.1 a little.")
  var repetitionPenalty = 1.0

  @Option(parsing: .unconditional, help: "Decides the samples: the same seed gives the same text.")
  var seed: UInt64 = 0

  func validate() throws {
    if maxNewTokens < 1 { throw refusal("--max-new-tokens", "\(maxNewTokens)", "a whole number from 1") }
    if !(temperature.isFinite && temperature >= 0) { throw refusal("--temperature", "\(temperature)", "0 or more") }
    if let topK, topK < 1 { throw refusal("--top-k", "\(topK)", "a whole number from 1") }
    if let topP, !(topP > 0 && topP <= 1) { throw refusal("--top-p", "\(topP)", "more than 0, at most 1") }
    if let minP, !(minP >= 0 && minP <= 1) { throw refusal("--min-p", "\(minP)", "0 to 1") }
    if !(repetitionPenalty.isFinite && repetitionPenalty > 0) {
      throw refusal("--repetition-penalty", "\(repetitionPenalty)", "a number above 0")
    }
  }

  /// The options as the generator takes them.
  var sampling: SamplingOptions {
    SamplingOptions(
      maximumNewTokens: maxNewTokens, temperature: temperature, topK: topK, topP: topP, minP: minP,
      repetitionPenalty: repetitionPenalty, seed: seed)
  }

  private func refusal(_ option: String, _ found: String, _ expected: String) -> ValidationError {
    ValidationError("'\(option) \(found)': expected \(expected).")
  }
}
