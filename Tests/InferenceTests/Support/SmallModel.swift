import Autodiff
import Inference
import LanguageModels
import StrictJSON
import Tensors
import TestSupport

/// The configuration of a small model, with keys added or replaced.
func smallConfiguration(_ changes: [String: JSONValue] = [:]) throws -> DecoderConfiguration {
  try DecoderConfiguration(parsing: smallConfigurationObject(changes).compactText, place: "config.json")
}

/// The same as the object of a `config.json`. Its weights are far enough apart that tokens differ in likelihood.
func smallConfigurationObject(_ changes: [String: JSONValue] = [:]) -> JSONValue {
  tinyConfiguration(["initializer_range": 0.5].merging(changes) { $1 })
}

/// A small model with random weights, the same on every call.
func smallModel(_ changes: [String: JSONValue] = [:]) throws -> LanguageModel {
  LanguageModel(randomly: try smallConfiguration(changes), seed: 6)
}

extension LanguageModel {
  /// A model whose final norm is not finite, so that no prediction is.
  static func spoilt(_ configuration: DecoderConfiguration) -> LanguageModel {
    LanguageModel(configuration) { weight in
      Variable(Tensor(repeating: weight.name == configuration.finalNorm.weight.name ? .nan : 0.1, weight.shape))
    }
  }

  /// The logits after some tokens, read at once.
  func logits(after ids: [Int32]) -> [Float] {
    withoutGradients { logits(states(SequenceLayout([ids])), rows: [ids.count - 1]).array }
  }

  /// Continues prompts with the same options, the way several prompts share a seed.
  func generate(_ prompts: [[Int32]], _ options: SamplingOptions, stop: StopRule = .never) -> [[Int32]] {
    generate(requests(prompts, options, stop: stop)).map(\.tokens)
  }
}

/// Requests with the same options, the way several prompts share a seed.
func requests(_ prompts: [[Int32]], _ options: SamplingOptions, stop: StopRule = .never) -> [GenerationRequest] {
  prompts.enumerated().map { sequence, prompt in
    GenerationRequest(
      prompt: prompt, maximumNewTokens: options.maximumNewTokens, stop: stop,
      sampler: Sampler(options, sequence: sequence))
  }
}
