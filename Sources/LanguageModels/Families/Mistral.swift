extension DecoderFamily {
  /// Mistral (2310.06825): Llama's shape, with a sliding window where the model was trained with one.
  static let mistral = DecoderFamily(modelType: "mistral", className: "Mistral") { family, reader in
    var decoder = try DecoderConfiguration(family, likeLlama: reader)
    // transformers assumes 4096 where the file does not have the key, and no window where it is null.
    let window = reader.has("sliding_window") ? try reader.window("sliding_window") : 4096
    decoder.changeLayers { $0.attention.slidingWindow = window }
    return decoder
  }
}
