import Foundation

extension Normalizer {
  static let knownTypes = [
    "Sequence", "NFC", "NFD", "NFKC", "NFKD", "Prepend", "Replace", "Lowercase", "Strip", "StripAccents",
    "BertNormalizer", "Nmt", "ByteLevel", "Precompiled",
  ]

  /// Reads the key `normalizer` of a `tokenizer.json`.
  ///
  /// - Throws: `UserError` of kind `file`.
  init(_ section: FileSection) throws {
    steps = try section.flattened(sequenceKey: "normalizers").flatMap { section in
      section["type"]?.stringValue == "BertNormalizer"
        ? try NormalizationStep.bert(section) : [try NormalizationStep(section)]
    }
    try section.checkGrowth(
      steps.map { if case .replace(let pattern, let content) = $0 { (pattern, content) } else { nil } })
  }
}

extension NormalizationStep {
  fileprivate init(_ section: FileSection) throws {
    switch try section.type(knownTypes: Normalizer.knownTypes) {
    case "NFC":
      try section.allowOnly("type")
      self = .unicode(.nfc)
    case "NFD":
      try section.allowOnly("type")
      self = .unicode(.nfd)
    case "NFKC":
      try section.allowOnly("type")
      self = .unicode(.nfkc)
    case "NFKD":
      try section.allowOnly("type")
      self = .unicode(.nfkd)
    case "Prepend":
      try section.allowOnly("type", "prepend")
      self = .prepend(try section.shortText("prepend"))
    case "Replace":
      try section.allowOnly("type", "pattern", "content")
      self = .replace(try TextPattern(section, key: "pattern"), try section.shortText("content"))
    case "Lowercase":
      try section.allowOnly("type")
      self = .lowercase
    case "Strip":
      try section.allowOnly("type", "strip_left", "strip_right")
      self = .strip(left: try section.bool("strip_left"), right: try section.bool("strip_right"))
    case "Nmt":
      try section.allowOnly("type")
      self = .nmt
    case "ByteLevel":
      try section.allowOnly("type")
      self = .byteCharacters
    case "Precompiled":
      try section.allowOnly("type", "precompiled_charsmap")
      guard let bytes = Data(base64Encoded: try section.string("precompiled_charsmap")) else {
        throw section.error(at: "precompiled_charsmap", "is not base64.")
      }
      do {
        self = .characterMap(try CharacterMap(Array(bytes)))
      } catch let error as CharacterMap.Malformed {
        throw section.error(at: "precompiled_charsmap", error.problem)
      }
    default:
      try section.allowOnly("type")
      self = .stripAccents
    }
  }
}

extension FileSection {
  /// Refuses replacements that, one after another, could make a text more than 1024 times longer.
  func checkGrowth(_ replacements: [(pattern: TextPattern, content: [UInt8])?]) throws {
    var growth = 1
    for case let (pattern, content)? in replacements {
      var matched = 1
      if case .literal(let literal) = pattern { matched = literal.count }
      // Cannot overflow: at most 1024 times 1025. An empty match inserts the content between two characters.
      var added = 0
      if case .regex(let program) = pattern, program.canBeEmpty { added = 1 }
      growth *= max(1, (content.count + matched - 1) / matched + added)
      guard growth <= 1024 else {
        throw error("its replacements can make a text more than 1024 times longer, which is not supported.")
      }
    }
  }

  /// The UTF-8 bytes of a string of at most 1024 bytes.
  func shortText(_ key: String) throws -> [UInt8] {
    let text = try string(key)
    guard text.utf8.count <= 1024 else {
      throw error(at: key, "is \(text.utf8.count) bytes long; expected at most 1024.")
    }
    return Array(text.utf8)
  }
}
