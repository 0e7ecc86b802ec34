extension DecoderFamily {
  /// Llama (2302.13971) and the many models of its shape.
  static let llama = DecoderFamily(modelType: "llama", className: "Llama") { family, reader in
    try reader.refuseWindows(family)
    return try DecoderConfiguration(
      family, likeLlama: reader,
      FamilyDefaults(beginningOfTextID: 1, endOfTextID: 2, readsFeedForwardBias: true))
  }
}
