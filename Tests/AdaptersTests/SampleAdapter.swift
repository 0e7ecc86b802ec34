import Adapters
import Autodiff
import Checkpoints
import Foundation
import LanguageModels
import Tensors
import Testing

/// One adapter of every kind, small enough for the model of the reference values.
struct SampleAdapter: Sendable, CustomTestStringConvertible {
  let name: String
  let configuration: AdapterConfiguration

  var testDescription: String { name }

  /// What can be multiplied into weights.
  static let merging = [
    lowRank("lora"), lowRank("lora rs") { $0.scaling = .rankStabilized },
    lowRank("lora all") { $0.targets = .all },
    lowRank("lora of one layer") { ($0.targets, $0.layers) = (.all, [1]) },
    lowRank("lora on head and embedding") { $0.targets = .names(["q_proj", "lm_head", "embed_tokens"]) },
    lowRank("lora and whole modules") { $0.trainAlso = ["embed_tokens", "lm_head", "norm"] },
    lowRank("pissa") { ($0.initialization, $0.targets) = (.pissa, .all) },
    lowRank("pissa rs") { ($0.initialization, $0.scaling) = (.pissa, .rankStabilized) },
    SampleAdapter(name: "dora", configuration: .dora(settings { $0.targets = .all })),
    SampleAdapter(name: "ia3", configuration: .ia3(IA3())),
    SampleAdapter(name: "bias_norm", configuration: .biasNorm),
  ]

  /// What cannot be merged.
  static let standing = [
    SampleAdapter(name: "prefix", configuration: .prefix(PrefixTuning(length: 5))),
    SampleAdapter(
      name: "prefix alone",
      configuration: .prefix(
        {
          var settings = PrefixTuning(length: 5)
          settings.reparameterizationHidden = nil
          return settings
        }())),
    SampleAdapter(name: "prompt", configuration: .prompt(PromptTuning(length: 5))),
    SampleAdapter(name: "bottleneck", configuration: .bottleneck(BottleneckAdapters())),
  ]
  static let all = merging + standing

  private static func settings(
    _ change: (inout LoRA) -> Void
  ) -> LoRA {
    var settings = LoRA()
    (settings.rank, settings.alpha) = (4, 8)
    change(&settings)
    return settings
  }

  private static func lowRank(
    _ name: String, _ change: (inout LoRA) -> Void = { _ in }
  ) -> SampleAdapter {
    SampleAdapter(name: name, configuration: .lora(settings(change)))
  }

  /// A fresh adapter.
  func fresh(on model: LanguageModel) throws -> Adapter { try Adapter(configuration, on: model, seed: 7) }

  /// An adapter as training might leave it: every trained tensor has moved.
  func trained(on model: LanguageModel) throws -> Adapter {
    let adapter = try fresh(on: model)
    for tensor in adapter.tensors where tensor.learningRateFactor != nil {
      var stream = RandomStream(seed: 3, purpose: tensor.name)
      let change = stream.normalTensor(tensor.variable.shape, deviation: 0.05)
      tensor.variable.updateValue { target in
        for index in 0..<change.shape.count { target[index] += change[index] }
      }
    }
    return adapter
  }
}

/// Small random models, with and without what adapters treat apart.
enum SampleModel: String, CaseIterable, Sendable {
  case untied, tied, biased, normedAfter

  /// `config.json`.
  var configurationText: String {
    let family =
      switch self {
      case .untied, .tied: (type: "llama", class: "Llama")
      case .biased: (type: "qwen2", class: "Qwen2")
      case .normedAfter: (type: "olmo2", class: "Olmo2")
      }
    return """
      {"architectures": ["\(family.class)ForCausalLM"], "model_type": "\(family.type)",
       "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
       "num_key_value_heads": 2, "vocab_size": 96, "max_position_embeddings": 64, "initializer_range": 0.3,
       "rms_norm_eps": 1e-5, "tie_word_embeddings": \(self == .tied), "torch_dtype": "float32"}
      """
  }

  func make(precision: ElementType = .float32) throws -> LanguageModel {
    let configuration = try DecoderConfiguration(parsing: configurationText, place: "config.json")
    let model = LanguageModel(randomly: configuration, seed: 11, precision: precision, trainable: false)
    // Biases start at zero and norms at one, where a mistake would not show.
    for (name, variable) in model.parameters where name.hasSuffix(".bias") || name.hasSuffix("norm.weight") {
      var stream = RandomStream(seed: 5, purpose: name)
      let change = stream.normalTensor(variable.shape, deviation: 0.1)
      variable.updateValue { target in
        for index in 0..<change.shape.count { target[index] += change[index] }
      }
    }
    return model
  }

  /// Writes the model as a Hugging Face folder.
  func write(_ model: LanguageModel, to url: URL) throws {
    let contents = ModelContents(kind: .model, configuration: configurationText)
    let writer = try WeightsWriter(
      url, contents,
      tensors: model.parameters.map {
        try TensorDescription(name: $0.name, shape: $0.variable.shape.extents, type: .float32)
      })
    for (name, variable) in model.parameters {
      try variable.value.withBytes { try writer.write(name, from: $0, as: .float32) }
    }
    try writer.finish()
  }

  /// Some tokens.
  static let tokens: [Int32] = (0..<20).map { Int32($0 * 37 % 96) }
}
