import Diagnostics

extension DecoderConfiguration {
  /// Reads a decoder of Llama's shape and names, which many families share and change in a few places.
  ///
  /// - Throws: `UserError` of kind `file`.
  init(_ family: DecoderFamily, likeLlama reader: ConfigurationReader) throws {
    try reader.refuseWhatIsNotComputed()
    let layers = try LlamaLayers(reader)
    let head = try OutputHead(reader)
    self.init(
      family: family, hiddenSize: layers.hiddenSize, vocabularySize: try reader.size("vocab_size"),
      embeddingName: "model.embed_tokens",
      layers: (0..<(try reader.size("num_hidden_layers", atMost: 10_000))).map(layers.layer),
      finalNorm: layers.norm("model.norm"), head: head, vocabularyHeadName: "lm_head",
      tiesEmbeddings: try reader.bool("tie_word_embeddings") ?? false && head == .vocabulary,
      maximumPositions: try reader.size("max_position_embeddings", default: 2048),
      initializerRange: try reader.number("initializer_range") ?? 0.02,
      beginningOfTextID: try reader.ids("bos_token_id").first, endOfTextIDs: try reader.ids("eos_token_id"),
      // Older files hold the rotary frequencies.
      bufferSuffixes: [".rotary_emb.inv_freq"],
      notes: [RotaryConfiguration.contradiction(in: reader)].compactMap { $0 })
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
  private let slidingWindow: Int?
  private let hasAttentionBias: Bool
  private let hasFeedForwardBias: Bool
  private let activation: GateActivation

  init(_ reader: ConfigurationReader) throws {
    hiddenSize = try reader.size("hidden_size")
    feedForwardSize = try reader.size("intermediate_size")
    headCount = try reader.size("num_attention_heads")
    keyValueHeadCount = try reader.size("num_key_value_heads", default: headCount)
    headWidth = try reader.headWidth(hiddenSize: hiddenSize, headCount: headCount)
    guard headCount % keyValueHeadCount == 0 else {
      throw UserError.file(
        "\(reader.place): num_attention_heads \(headCount) is not a multiple of num_key_value_heads "
          + "\(keyValueHeadCount)")
    }
    normEpsilon = Float(try reader.number("rms_norm_eps") ?? 1e-6)
    rotary = try RotaryConfiguration(reader, width: headWidth)
    let isWindowUsed = reader.value("sliding_window") != nil ? try reader.bool("use_sliding_window") ?? false : false
    slidingWindow = isWindowUsed ? try reader.window("sliding_window") : nil
    hasAttentionBias = try reader.bool("attention_bias") ?? false
    hasFeedForwardBias = try reader.bool("mlp_bias") ?? false
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
        headCount: headCount, keyValueHeadCount: keyValueHeadCount, headWidth: headWidth, rotary: rotary,
        slidingWindow: slidingWindow),
      attentionNorms: SublayerNorms(before: norm(name + ".input_layernorm")),
      feedForward: GatedFeedForwardDescription(
        gate: linear("mlp.gate_proj", feedForwardSize, hiddenSize, bias: hasFeedForwardBias),
        up: linear("mlp.up_proj", feedForwardSize, hiddenSize, bias: hasFeedForwardBias),
        down: linear("mlp.down_proj", hiddenSize, feedForwardSize, bias: hasFeedForwardBias), activation: activation),
      feedForwardNorms: SublayerNorms(before: norm(name + ".post_attention_layernorm")))
  }
}
