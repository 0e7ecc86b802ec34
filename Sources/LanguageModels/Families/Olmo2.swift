extension DecoderFamily {
  /// OLMo 2 (2501.00656): Llama's shape, with a norm after each sublayer in place of the one before it, and a norm over
  /// all heads of queries together and one over those of keys.
  static let olmo2 = DecoderFamily(modelType: "olmo2", className: "Olmo2") { family, reader in
    try reader.refuseWindows(family)
    let defaults = FamilyDefaults(vocabularySize: 50_304, normEpsilon: 1e-5, endOfTextID: 50_279)
    var decoder = try DecoderConfiguration(family, likeLlama: reader, defaults)
    let (width, epsilon) = (decoder.hiddenSize, decoder.finalNorm.epsilon)
    decoder.changeLayers { layer in
      let name = layer.name
      func norm(_ role: String, _ width: Int) -> NormDescription {
        NormDescription(name: "\(name).\(role)", width: width, epsilon: epsilon)
      }
      layer.attention.queryNorm = norm("self_attn.q_norm", layer.attention.queryWidth)
      layer.attention.keyNorm = norm("self_attn.k_norm", layer.attention.keyValueWidth)
      layer.attentionNorms = SublayerNorms(after: norm("post_attention_layernorm", width))
      layer.feedForwardNorms = SublayerNorms(after: norm("post_feedforward_layernorm", width))
    }
    return decoder
  }
}
