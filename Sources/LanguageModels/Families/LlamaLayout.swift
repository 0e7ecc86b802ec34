import Diagnostics

extension DecoderConfiguration {
  /// Reads a decoder of Llama's shape and names, which many families share and change in a few places.
  ///
  /// - Throws: `UserError` of kind `file`.
  init(_ family: DecoderFamily, likeLlama reader: ConfigurationReader, _ defaults: FamilyDefaults) throws {
    try reader.refuseWhatIsNotComputed()
    let positions = try reader.size("max_position_embeddings", default: defaults.maximumPositions)
    let layers = try LlamaLayers(reader, defaults, maximumPositions: positions)
    let count = try reader.size("num_hidden_layers", default: defaults.layerCount, atMost: 10_000)
    let head = try OutputHead(reader)
    self.init(
      family: family, hiddenSize: layers.hiddenSize,
      vocabularySize: try reader.size("vocab_size", default: defaults.vocabularySize),
      embeddingName: "model.embed_tokens",
      layers: (0..<count).map(layers.layer),
      finalNorm: layers.norm("model.norm"), head: head, vocabularyHeadName: "lm_head",
      tiesEmbeddings: try reader.bool("tie_word_embeddings", default: false) && head == .vocabulary,
      maximumPositions: positions,
      initializerRange: try reader.number("initializer_range") ?? 0.02,
      beginningOfTextID: try reader.ids("bos_token_id", default: defaults.beginningOfTextID).first,
      endOfTextIDs: try reader.ids("eos_token_id", default: defaults.endOfTextID),
      // Older files hold the rotary frequencies.
      bufferSuffixes: [".rotary_emb.inv_freq"],
      notes: try reader.notes(family, defaults))
  }
}

/// The sizes and options that all layers of a model share.
private struct LlamaLayers {
  let hiddenSize: Int
  private let feedForwardSize: Int
  private let headCount: Int
  private let keyValueHeadCount: Int
  private let headWidth: Int
  private let normEpsilon: Float
  private let rotary: RotaryConfiguration
  private let hasAttentionBias: Bool
  private let hasFeedForwardBias: Bool
  private let activation: GateActivation

  init(_ reader: ConfigurationReader, _ defaults: FamilyDefaults, maximumPositions: Int) throws {
    hiddenSize = try reader.size("hidden_size", default: defaults.hiddenSize)
    feedForwardSize = try reader.size("intermediate_size", default: defaults.feedForwardSize)
    headCount = try reader.size("num_attention_heads", default: defaults.headCount)
    let isNull = defaults.keyValueHeadCountMayBeNull && reader.has("num_key_value_heads")
    keyValueHeadCount =
      isNull && reader.value("num_key_value_heads") == nil
      ? headCount : try reader.size("num_key_value_heads", default: defaults.keyValueHeadCount ?? headCount)
    headWidth = try reader.headWidth(hiddenSize: hiddenSize, headCount: headCount, default: defaults.headWidth)
    guard headCount % keyValueHeadCount == 0 else {
      throw UserError.file(
        "\(reader.place): num_attention_heads \(headCount) is not a multiple of num_key_value_heads "
          + "\(keyValueHeadCount)"
          + (reader.has("num_key_value_heads") ? "" : ", which is assumed where the key is missing"))
    }
    normEpsilon = Float(try reader.number("rms_norm_eps") ?? defaults.normEpsilon)
    rotary = try RotaryConfiguration(reader, width: headWidth, maximumPositions: maximumPositions)
    hasAttentionBias = defaults.readsAttentionBias ? try reader.bool("attention_bias", default: false) : false
    hasFeedForwardBias = defaults.readsFeedForwardBias ? try reader.bool("mlp_bias", default: false) : false
    activation = try reader.gateActivation("hidden_act")
  }

  func norm(_ name: String) -> NormDescription {
    NormDescription(name: name, width: hiddenSize, epsilon: normEpsilon)
  }

  func layer(_ index: Int) -> LayerDescription {
    let name = "model.layers.\(index)"
    let (queries, keys) = (headCount * headWidth, keyValueHeadCount * headWidth)
    func linear(_ role: String, _ outputs: Int, _ inputs: Int, bias: Bool) -> LinearDescription {
      LinearDescription(layer: index, name: "\(name).\(role)", outputs: outputs, inputs: inputs, hasBias: bias)
    }
    return LayerDescription(
      name: name,
      attention: AttentionDescription(
        query: linear("self_attn.q_proj", queries, hiddenSize, bias: hasAttentionBias),
        key: linear("self_attn.k_proj", keys, hiddenSize, bias: hasAttentionBias),
        value: linear("self_attn.v_proj", keys, hiddenSize, bias: hasAttentionBias),
        output: linear("self_attn.o_proj", hiddenSize, queries, bias: hasAttentionBias),
        headCount: headCount, keyValueHeadCount: keyValueHeadCount, headWidth: headWidth, rotary: rotary),
      attentionNorms: SublayerNorms(before: norm(name + ".input_layernorm")),
      feedForward: GatedFeedForwardDescription(
        gate: linear("mlp.gate_proj", feedForwardSize, hiddenSize, bias: hasFeedForwardBias),
        up: linear("mlp.up_proj", feedForwardSize, hiddenSize, bias: hasFeedForwardBias),
        down: linear("mlp.down_proj", hiddenSize, feedForwardSize, bias: hasFeedForwardBias), activation: activation),
      feedForwardNorms: SublayerNorms(before: norm(name + ".post_attention_layernorm")))
  }
}
