extension DecoderFamily {
  /// Qwen2 (2407.10671): Llama's shape, with biases on queries, keys and values only, and sliding windows in some layers.
  static let qwen2 = DecoderFamily(modelType: "qwen2", className: "Qwen2") { family, reader in
    var defaults = FamilyDefaults.qwen
    defaults.readsAttentionBias = false
    var decoder = try DecoderConfiguration(family, likeLlama: reader, defaults)
    try decoder.takeWindowsOfQwen(reader)
    decoder.changeLayers { layer in
      layer.attention.query.hasBias = true
      layer.attention.key.hasBias = true
      layer.attention.value.hasBias = true
      layer.attention.output.hasBias = false
    }
    return decoder
  }
}

extension FamilyDefaults {
  /// What the classes of Qwen2 and Qwen3 have in common.
  static let qwen = FamilyDefaults(
    vocabularySize: 151_936, feedForwardSize: 22_016, keyValueHeadCount: 32, maximumPositions: 32_768)
}
