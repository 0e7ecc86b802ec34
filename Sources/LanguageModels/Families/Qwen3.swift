extension DecoderFamily {
  /// Qwen3 (2505.09388): Llama's shape, with a norm over each head of queries and keys, and Qwen2's sliding windows.
  static let qwen3 = DecoderFamily(modelType: "qwen3", className: "Qwen3") { family, reader in
    var defaults = FamilyDefaults.qwen
    defaults.headWidth = 128
    var decoder = try DecoderConfiguration(family, likeLlama: reader, defaults)
    try decoder.takeWindowsOfQwen(reader)
    let epsilon = decoder.finalNorm.epsilon
    decoder.changeLayers { layer in
      let width = layer.attention.headWidth
      layer.attention.queryNorm = NormDescription(
        name: layer.name + ".self_attn.q_norm", width: width, epsilon: epsilon)
      layer.attention.keyNorm = NormDescription(
        name: layer.name + ".self_attn.k_norm", width: width, epsilon: epsilon)
    }
    return decoder
  }
}
