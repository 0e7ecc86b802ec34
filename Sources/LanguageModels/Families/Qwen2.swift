extension DecoderFamily {
  /// Qwen2 (2407.10671): Llama's shape, with biases on queries, keys and values only.
  static let qwen2 = DecoderFamily(modelType: "qwen2", className: "Qwen2") { family, reader in
    var decoder = try DecoderConfiguration(family, likeLlama: reader)
    decoder.changeLayers { layer in
      layer.attention.query.hasBias = true
      layer.attention.key.hasBias = true
      layer.attention.value.hasBias = true
      layer.attention.output.hasBias = false
    }
    return decoder
  }
}
