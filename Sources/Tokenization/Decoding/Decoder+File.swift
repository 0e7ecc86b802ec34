extension Decoder {
  static let knownTypes = ["Sequence", "ByteLevel", "ByteFallback", "Fuse", "Strip", "Replace", "Metaspace"]

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
    default:
      guard case .metaspace(let replacement, let prepend, _) = try PreTokenizer.metaspace(section) else {
        throw section.error("expected a Metaspace.")
      }
      self = .metaspace(replacement, dropsFirst: prepend != .never)
    }
  }
}
