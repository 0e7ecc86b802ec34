import Autodiff
import Inference
import LanguageModels
import StrictJSON
import Tensors

/// The configuration of a small model, with keys added or replaced.
func smallConfiguration(_ changes: [String: JSONValue] = [:]) throws -> DecoderConfiguration {
  try DecoderConfiguration(parsing: smallConfigurationObject(changes).compactText, place: "config.json")
}

/// The same as the object of a `config.json`.
func smallConfigurationObject(_ changes: [String: JSONValue] = [:]) -> JSONValue {
  let keys: [String: JSONValue] = [
    "model_type": "llama", "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2,
    "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 32, "max_position_embeddings": 64,
    "rms_norm_eps": 1e-5, "tie_word_embeddings": false, "bos_token_id": 1, "eos_token_id": 2,
    "initializer_range": 0.5,
  ]
  let members = keys.merging(changes) { $1 }.sorted { $0.key < $1.key }
  return JSONValue.members(members.map { (key: $0.key, value: $0.value) })
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
