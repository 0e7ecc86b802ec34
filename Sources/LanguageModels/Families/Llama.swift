extension DecoderFamily {
  /// Llama (2302.13971) and the many models of its shape.
  static let llama = DecoderFamily(modelType: "llama", className: "Llama") { family, reader in
    try DecoderConfiguration(family, likeLlama: reader)
  }
}
