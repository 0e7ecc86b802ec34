extension DecoderFamily {
  /// Mistral (2310.06825): Llama's shape without biases, with a sliding window in every layer unless it is null.
  static let mistral = DecoderFamily(modelType: "mistral", className: "Mistral") { family, reader in
    let defaults = FamilyDefaults(
      feedForwardSize: 14_336, keyValueHeadCount: 8, keyValueHeadCountMayBeNull: false, maximumPositions: 131_072,
      beginningOfTextID: 1, endOfTextID: 2, readsAttentionBias: false)
    var decoder = try DecoderConfiguration(family, likeLlama: reader, defaults)
    let (window, notes) = try reader.windowOfEveryLayer(decoder.layerCount, default: 4096)
    decoder.changeLayers { $0.attention.slidingWindow = window }
    decoder.notes += notes
    return decoder
  }
}
