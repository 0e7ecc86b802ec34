extension Decoder {
  static let knownTypes = [
    "Sequence", "ByteLevel", "ByteFallback", "Fuse", "Strip", "Replace", "Metaspace", "WordPiece", "BPEDecoder",
  ]

  /// Reads the key `decoder` of a `tokenizer.json`.
  ///
  /// - Throws: `UserError` of kind `file`.
  init(_ section: FileSection) throws {
    let steps = try section.flattened(sequenceKey: "decoders").map { try DecodingStep($0) }
    try section.checkGrowth(
      steps.map { if case .replace(let pattern, let content) = $0 { (pattern, content) } else { nil } })
    self.steps = steps
  }
}

extension DecodingStep {
  fileprivate init(_ section: FileSection) throws {
    switch try section.type(knownTypes: Decoder.knownTypes) {
    case "ByteLevel":
      try section.allowOnly("type", "add_prefix_space", "trim_offsets", "use_regex")
      self = .byteLevel
    case "ByteFallback":
      try section.allowOnly("type")
      self = .byteFallback
    case "Fuse":
      try section.allowOnly("type")
      self = .fuse
    case "Strip":
      try section.allowOnly("type", "content", "start", "stop")
      self = .strip(
        try section.character("content"), start: try section.count("start"), stop: try section.count("stop"))
    case "Replace":
      try section.allowOnly("type", "pattern", "content")
      self = .replace(try TextPattern(section, key: "pattern"), try section.shortText("content"))
    case "WordPiece":
      try section.allowOnly("type", "prefix", "cleanup")
      self = .wordPiece(
        prefix: try section.has("prefix") ? section.shortText("prefix") : Array("##".utf8),
        cleansUp: try section.bool("cleanup", default: true))
    case "BPEDecoder":
      try section.allowOnly("type", "suffix")
      let suffix = try section.has("suffix") ? section.shortText("suffix") : Array("</w>".utf8)
      guard !suffix.isEmpty else { throw section.error(at: "suffix", "is empty; expected at least one character.") }
      self = .wordEnd(suffix: suffix)
    default:
      guard case .metaspace(let replacement, let prepend, _) = try PreTokenizer.metaspace(section) else {
        throw section.error("expected a Metaspace.")
      }
      self = .metaspace(replacement, dropsFirst: prepend != .never)
    }
  }
}
