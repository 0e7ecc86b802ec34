import LanguageModels
import StrictJSON
import Testing

/// What transformers 5.23.0 assumes where `config.json` lacks a key, and what it makes of null. The program that gave the
/// values:
///
///     from transformers.models.auto.configuration_auto import CONFIG_MAPPING
///     config = CONFIG_MAPPING[family]()                       # a file with nothing but model_type
///     config = CONFIG_MAPPING[family](**{**tiny, key: None})  # raises where null is refused
@Suite("Absent and null keys of config.json")
struct FamilyDefaultsTests {
  /// The values of a file that holds `model_type` alone.
  struct Defaults {
    let family: String
    var vocabulary = 32_000
    var feedForward = 11_008
    var keyValueHeads = 32
    var positions = 2048
    var epsilon: Float = 1e-6
    var first: Int32?
    var last: [Int32] = []
    var window: Int?
  }

  static let defaults = [
    Defaults(family: "llama", first: 1, last: [2]),
    Defaults(
      family: "mistral", feedForward: 14_336, keyValueHeads: 8, positions: 131_072, first: 1, last: [2], window: 4096),
    Defaults(family: "olmo2", vocabulary: 50_304, epsilon: 1e-5, last: [50_279]),
    Defaults(family: "qwen2", vocabulary: 151_936, feedForward: 22_016, positions: 32_768),
    Defaults(family: "qwen3", vocabulary: 151_936, feedForward: 22_016, positions: 32_768),
  ]

  private func parse(_ members: [(key: String, value: JSONValue)]) throws -> DecoderConfiguration {
    try DecoderConfiguration(parsing: JSONValue.members(members).compactText, place: "config.json")
  }

  @Test("every absent key has the family's default, and sizes are named in notes", arguments: defaults)
  func absent(expected: Defaults) throws {
    let found = try parse([("model_type", .string(expected.family))])
    #expect(found.vocabularySize == expected.vocabulary && found.hiddenSize == 4096)
    #expect(found.layerCount == 32 && found.maximumPositions == expected.positions)
    #expect(found.beginningOfTextID == expected.first && found.endOfTextIDs == expected.last)
    #expect(!found.tiesEmbeddings && found.initializerRange == 0.02 && found.finalNorm.epsilon == expected.epsilon)
    for layer in found.layers {
      let attention = layer.attention
      #expect(attention.headCount == 32 && attention.keyValueHeadCount == expected.keyValueHeads)
      #expect(attention.headWidth == 128 && attention.slidingWindow == expected.window)
      #expect(attention.rotary == RotaryConfiguration(width: 128, theta: 10_000))
      #expect(layer.feedForward.gate.outputs == expected.feedForward && layer.feedForward.activation == .silu)
    }
    let biased = found.linears.filter(\.hasBias).map(\.role)
    #expect(Set(biased) == (expected.family == "qwen2" ? ["q_proj", "k_proj", "v_proj"] : []))
    #expect(
      found.notes == [
        "config.json: the key 'vocab_size' is missing. \(expected.vocabulary) is assumed, as in transformers",
        "config.json: the key 'hidden_size' is missing. 4096 is assumed, as in transformers",
        "config.json: the key 'intermediate_size' is missing. \(expected.feedForward) is assumed, as in transformers",
        "config.json: the key 'num_hidden_layers' is missing. 32 is assumed, as in transformers",
        "config.json: the key 'num_attention_heads' is missing. 32 is assumed, as in transformers",
      ])
  }

  @Test("a configuration that is written from scratch must name its sizes")
  func fromScratch() throws {
    let message = try message {
      try DecoderConfiguration(
        parsing: #"{"model_type":"llama","vocab_size":8,"hiden_size":4}"#, place: "r.yaml:2", assumesSizes: false)
    }
    #expect(message == "r.yaml:2: the key 'hidden_size' is missing. Did you mean 'hiden_size'?")
  }

  @Test("Qwen3's heads are 128 wide where the file does not say; others share the model's width")
  func headWidth() throws {
    for family in modelTypes {
      let width = try tiny(["model_type": .string(family)]).attention.headWidth
      #expect(width == (family == "qwen3" ? 128 : 4))
    }
  }

  /// Keys whose null every family refuses.
  static let neverNull = [
    "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "hidden_act",
    "max_position_embeddings", "initializer_range", "rms_norm_eps", "tie_word_embeddings", "rope_theta",
  ]
  /// Further keys, by family.
  static let neverNullInFamily = [
    "llama": ["attention_bias", "mlp_bias"], "mistral": ["num_key_value_heads"], "olmo2": ["attention_bias"],
    "qwen2": ["use_sliding_window", "max_window_layers"],
    "qwen3": ["attention_bias", "head_dim", "use_sliding_window", "max_window_layers"],
  ]

  @Test("a null that transformers refuses is refused by name", arguments: modelTypes)
  func refusedNulls(family: String) throws {
    for key in Self.neverNull + (Self.neverNullInFamily[family] ?? []) {
      let message = try message { try tiny(["model_type": .string(family), key: .null]) }
      #expect(message.hasPrefix("config.json: \(key): expected ") && message.hasSuffix(", found null"), "\(key)")
    }
  }

  @Test("a null that transformers takes means the same here", arguments: modelTypes)
  func acceptedNulls(family: String) throws {
    func read(_ changes: [String: JSONValue]) throws -> DecoderConfiguration {
      try tiny(changes.merging(["model_type": .string(family)]) { $1 })
    }
    if family != "mistral" { #expect(try read(["num_key_value_heads": .null]).attention.keyValueHeadCount == 4) }
    if family != "qwen3" { #expect(try read(["head_dim": .null]).attention.headWidth == 4) }
    let ends = try read(["bos_token_id": .null, "eos_token_id": .null])
    #expect(ends.beginningOfTextID == nil && ends.endOfTextIDs == [])
    for key in ["sliding_window", "layer_types", "rope_scaling", "rope_parameters", "pad_token_id"] {
      let found = try read([key: .null])
      #expect(
        found.layers.allSatisfy {
          $0.attention.slidingWindow == (family == "mistral" && key != "sliding_window" ? 4096 : nil)
        })
      #expect(found.attention.rotary.theta == 10_000 && found.notes.isEmpty, "\(key)")
    }
  }

  @Test("biases that a family does not read are named, and none is expected")
  func biases() throws {
    for (family, read) in [
      ("llama", ["attention_bias", "mlp_bias"]), ("mistral", []), ("olmo2", ["attention_bias"]), ("qwen2", []),
      ("qwen3", ["attention_bias"]),
    ] {
      let plain = try tiny(["model_type": .string(family)])
      for key in ["attention_bias", "mlp_bias"] {
        let found = try tiny(["model_type": .string(family), key: true])
        #expect((found.linears != plain.linears) == read.contains(key), "\(family) \(key)")
        #expect(
          found.notes
            == (read.contains(key)
              ? [] : ["config.json: \(key) is true; a \(family) model does not read it, as in transformers"]))
      }
    }
  }
}
