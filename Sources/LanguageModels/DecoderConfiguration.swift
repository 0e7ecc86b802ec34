import Diagnostics
import Foundation
import StrictJSON

/// The decoder families that Attune knows. They are one architecture that differs in a few places.
public enum DecoderFamily: String, Sendable, CaseIterable {
  /// Llama and the many models of its shape.
  case llama
  /// Llama's shape; a sliding window where the model was trained with one.
  case mistral
  /// Biases on queries, keys and values only.
  case qwen2
  /// RMSNorm over each head of queries and keys, before they are turned.
  case qwen3
}

/// What a model's `config.json` says, as far as it decides how the model computes.
public struct DecoderConfiguration: Sendable, Equatable {
  /// `model_type`.
  public var family: DecoderFamily
  /// `hidden_size`, C.
  public var hiddenSize: Int
  /// `intermediate_size`, F.
  public var feedForwardSize: Int
  /// `num_hidden_layers`.
  public var layerCount: Int
  /// `num_attention_heads`, H.
  public var headCount: Int
  /// `num_key_value_heads`, K.
  public var keyValueHeadCount: Int
  /// `head_dim`, D; C / H where the file has none.
  public var headWidth: Int
  /// `vocab_size`, V.
  public var vocabularySize: Int
  /// `max_position_embeddings`: how long a sequence the model was made for.
  public var maximumPositions: Int
  /// `rms_norm_eps`.
  public var normEpsilon: Float
  /// `rope_theta` and `rope_scaling`, or `rope_parameters`.
  public var rotary: RotaryConfiguration
  /// `tie_word_embeddings`: whether the embedding serves as the output head.
  public var tiesEmbeddings: Bool
  /// Whether queries, keys and values have biases.
  public var hasQueryKeyValueBias: Bool
  /// Whether the attention's output has a bias.
  public var hasAttentionOutputBias: Bool
  /// `mlp_bias`.
  public var hasFeedForwardBias: Bool
  /// How many tokens back a token sees, where that is limited.
  public var slidingWindow: Int?
  /// `initializer_range`: the standard deviation of random weights.
  public var initializerRange: Double
  /// `bos_token_id`.
  public var beginningOfTextID: Int32?
  /// `eos_token_id`: one or several.
  public var endOfTextIDs: [Int32]

  /// `architectures`: what reads the last states.
  public internal(set) var head: OutputHead

  /// The widest head that is taken for one: every position of a text has an angle for each pair of its numbers.
  private static let maximumHeadWidth = 1 << 16

  /// Whether queries and keys are normalised head by head.
  public var normalizesHeads: Bool { family == .qwen3 }

  /// Reads `config.json`.
  ///
  /// - Parameters:
  ///   - text: the file's text.
  ///   - place: the file's path, for messages.
  /// - Throws: `UserError` of kind `file`: a key that is missing, of the wrong type or impossible, or one that asks for
  ///   something that Attune does not compute.
  public init(parsing text: String, place: String) throws {
    let value: JSONValue
    do { value = try JSONValue(parsing: text.utf8) } catch { throw UserError.file("\(place): \(error)") }
    guard let object = value.objectValue else {
      throw UserError.file("\(place): expected an object, found \(value.kindName)")
    }
    let reader = ConfigurationReader(object: object, place: place)
    let type: String = try reader.string("model_type") ?? { throw reader.missing("model_type") }()
    guard let family = DecoderFamily(rawValue: type) else {
      throw UserError.file(
        "\(place): model_type '\(type)' is not a family that Attune knows: "
          + "\(DecoderFamily.allCases.map(\.rawValue).joined(separator: ", "))."
          + suggestion(for: type, in: DecoderFamily.allCases.map(\.rawValue)))
    }
    try reader.refuseWhatIsNotComputed()
    self.family = family
    hiddenSize = try reader.size("hidden_size")
    feedForwardSize = try reader.size("intermediate_size")
    layerCount = try reader.size("num_hidden_layers", atMost: 10_000)
    headCount = try reader.size("num_attention_heads")
    keyValueHeadCount = try reader.size("num_key_value_heads", default: headCount)
    headWidth = try reader.size("head_dim", default: max(1, hiddenSize / headCount))
    vocabularySize = try reader.size("vocab_size")
    maximumPositions = try reader.size("max_position_embeddings", default: 2048)
    normEpsilon = Float(try reader.number("rms_norm_eps") ?? 1e-6)
    rotary = try RotaryConfiguration(reader, headWidth: headWidth)
    head = try OutputHead(reader)
    tiesEmbeddings = try reader.bool("tie_word_embeddings") ?? false && head == .vocabulary
    let attentionBias = try reader.bool("attention_bias") ?? false
    hasQueryKeyValueBias = family == .qwen2 || attentionBias
    hasAttentionOutputBias = family != .qwen2 && attentionBias
    hasFeedForwardBias = try reader.bool("mlp_bias") ?? false
    slidingWindow = try reader.slidingWindow(family)
    initializerRange = try reader.number("initializer_range") ?? 0.02
    beginningOfTextID = try reader.ids("bos_token_id").first
    endOfTextIDs = try reader.ids("eos_token_id")
    guard hiddenSize % headCount == 0 || reader.value("head_dim") != nil else {
      throw UserError.file(
        "\(place): hidden_size \(hiddenSize) is not a multiple of num_attention_heads \(headCount), and there is no head_dim"
      )
    }
    guard headCount % keyValueHeadCount == 0 else {
      throw UserError.file(
        "\(place): num_attention_heads \(headCount) is not a multiple of num_key_value_heads \(keyValueHeadCount)")
    }
    guard headWidth % 2 == 0 else {
      throw UserError.file("\(place): a head is \(headWidth) wide; rotary positions need an even width")
    }
    guard headWidth <= Self.maximumHeadWidth else {
      throw UserError.file("\(place): a head is \(headWidth) wide; expected at most \(Self.maximumHeadWidth)")
    }
  }
}

/// Reads values from a configuration, each refusal naming the file, the key, what was found and what was expected.
struct ConfigurationReader {
  let object: JSONObject
  let place: String

  func missing(_ key: String) -> UserError {
    UserError.file(
      "\(place): the key '\(key)' is missing.\(suggestion(for: key, in: object.keys.filter { $0 != key }))")
  }

  private func wrong(_ key: String, _ value: JSONValue, _ expected: String) -> UserError {
    var found = value.kindName
    if case .number(let text) = value { found = text }
    if case .string(let text) = value { found = "'\(text)'" }
    return UserError.file("\(place): \(key): expected \(expected), found \(found)")
  }

  /// A value that is there and not null.
  func value(_ key: String) -> JSONValue? { object[key].flatMap { $0.isNull ? nil : $0 } }

  func string(_ key: String) throws -> String? {
    try value(key).map { value in
      guard let text = value.stringValue else { throw wrong(key, value, "a string") }
      return text
    }
  }

  func bool(_ key: String) throws -> Bool? {
    try value(key).map { value in
      guard let bool = value.boolValue else { throw wrong(key, value, "true or false") }
      return bool
    }
  }

  func number(_ key: String) throws -> Double? {
    try value(key).map { value in
      guard let number = value.doubleValue, number >= 0 else { throw wrong(key, value, "a number of at least 0") }
      return number
    }
  }

  func size(_ key: String, default standard: Int? = nil, atMost bound: Int = 1 << 30) throws -> Int {
    guard let value = value(key) else {
      if let standard { return standard }
      throw missing(key)
    }
    guard let number = value.intValue, 1...bound ~= number else {
      throw wrong(key, value, "a whole number from 1 to \(bound)")
    }
    return number
  }

  /// One token id or an array of them.
  func ids(_ key: String) throws -> [Int32] {
    guard let value = value(key) else { return [] }
    return try (value.arrayValue ?? [value]).map { element in
      guard let id = element.intValue.flatMap({ Int32(exactly: $0) }) else { throw wrong(key, value, "token ids") }
      return id
    }
  }

  func slidingWindow(_ family: DecoderFamily) throws -> Int? {
    guard let value = value("sliding_window") else {
      // What transformers assumes for a Mistral whose file does not have the key.
      return family == .mistral && object["sliding_window"] == nil ? 4096 : nil
    }
    if family != .mistral, try bool("use_sliding_window") != true { return nil }
    guard let window = value.intValue, window > 0 else { throw wrong("sliding_window", value, "a number of tokens") }
    return window
  }

  /// Keys that ask for a computation that Attune does not do are refused rather than passed over.
  func refuseWhatIsNotComputed() throws {
    if let activation = try string("hidden_act"), !["silu", "swish"].contains(activation) {
      throw UserError.file("\(place): hidden_act '\(activation)' is not computed; Attune knows silu")
    }
    if let layers = value("layer_types")?.arrayValue,
      let other = layers.first(where: { $0 != .string("full_attention") })
    {
      let name = other.stringValue ?? other.kindName
      if name != "sliding_attention" || value("sliding_window") == nil {
        throw UserError.file("\(place): layer_types: '\(name)' is not computed; Attune knows full_attention")
      }
    }
    let mustBeAbsent = [
      "quantization_config", "num_local_experts", "num_experts", "n_routed_experts", "q_lora_rank", "kv_lora_rank",
      "attn_logit_softcapping", "final_logit_softcapping", "logit_scale", "embedding_multiplier", "residual_multiplier",
      "attention_multiplier", "logits_scaling", "clip_qkv", "no_rope_layers",
    ]
    for key in mustBeAbsent where value(key) != nil {
      throw UserError.file("\(place): the key '\(key)' asks for something that Attune does not compute")
    }
    for key in ["attention_dropout", "hidden_dropout", "resid_pdrop"] {
      if let rate = try number(key), rate > 0 {
        throw UserError.file("\(place): \(key) \(rate) is not computed; set it to 0 to train without this dropout")
      }
    }
    if let factor = try number("partial_rotary_factor"), factor != 1 {
      throw UserError.file("\(place): partial_rotary_factor \(factor) is not computed; Attune turns whole heads")
    }
  }
}
