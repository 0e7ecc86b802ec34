extension PreTokenizer {
  static let knownTypes = [
    "Sequence", "ByteLevel", "Split", "Digits", "Metaspace", "Whitespace", "WhitespaceSplit", "Punctuation",
    "CharDelimiterSplit", "BertPreTokenizer",
  ]

  /// Reads the key `pre_tokenizer` of a `tokenizer.json`.
  ///
  /// - Throws: `UserError` of kind `file`.
  init(_ section: FileSection) throws {
    for part in try section.flattened(sequenceKey: "pretokenizers") {
      // Only the last step can leave the writing of bytes as characters to the model.
      if isByteLevel { steps.append(.byteCharacters) }
      isByteLevel = false
      try add(part)
    }
  }

  private mutating func add(_ section: FileSection) throws {
    switch try section.type(knownTypes: Self.knownTypes) {
    case "ByteLevel":
      try section.allowOnly("type", "add_prefix_space", "trim_offsets", "use_regex")
      if try section.bool("add_prefix_space", default: true) { steps.append(.prefixSpace) }
      if try section.bool("use_regex", default: true) { steps.append(.split(.gpt2, .isolated, invert: false)) }
      isByteLevel = true
    case "Split":
      try section.allowOnly("type", "pattern", "behavior", "invert")
      let pattern = try TextPattern(section, key: "pattern")
      let behavior = try section.choice("behavior", SplitBehavior.self)
      steps.append(.split(pattern, behavior, invert: try section.bool("invert", default: false)))
    case "Digits":
      try section.allowOnly("type", "individual_digits")
      let maximum = try section.bool("individual_digits", default: false) ? 1 : Int.max
      steps.append(.split(.run(of: .number, minimum: 1, maximum: maximum), .isolated, invert: false))
    case "Metaspace": steps.append(try Self.metaspace(section))
    case "Whitespace":
      try section.allowOnly("type")
      steps.append(.split(.wordsAndSymbols, .removed, invert: true))
    case "WhitespaceSplit":
      try section.allowOnly("type")
      steps.append(.split(.run(of: .space, minimum: 1, maximum: 1), .removed, invert: false))
    case "Punctuation":
      try section.allowOnly("type", "behavior")
      let behavior = try section.has("behavior") ? section.choice("behavior", SplitBehavior.self) : .isolated
      steps.append(.split(.run(of: .punctuation, minimum: 1, maximum: 1), behavior, invert: false))
    case "BertPreTokenizer":
      try section.allowOnly("type")
      steps.append(.split(.run(of: .space, minimum: 1, maximum: 1), .removed, invert: false))
      steps.append(.split(.run(of: .punctuation, minimum: 1, maximum: 1), .isolated, invert: false))
    default:
      try section.allowOnly("type", "delimiter")
      steps.append(.split(.literal(try section.character("delimiter")), .removed, invert: false))
    }
  }

  /// Reads `Metaspace`. `prepend_scheme` replaced `add_prefix_space`, but some files contain both.
  static func metaspace(_ section: FileSection) throws -> Step {
    try section.allowOnly("type", "replacement", "str_rep", "add_prefix_space", "prepend_scheme", "split")
    var scheme = try section.bool("add_prefix_space", default: true) ? PrependScheme.always : .never
    if section.has("prepend_scheme") {
      let declared = try section.choice("prepend_scheme", PrependScheme.self)
      guard !section.has("add_prefix_space") || (scheme == .never) == (declared == .never) else {
        throw section.error("'add_prefix_space' and 'prepend_scheme' contradict each other; keep one of them.")
      }
      scheme = declared
    }
    return .metaspace(
      replacement: try section.character("replacement"), prepend: scheme,
      splits: try section.bool("split", default: true))
  }
}

extension FileSection {
  /// The string of a key as a value of an enumeration.
  func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _ type: Choice.Type) throws -> Choice
  where Choice.RawValue == String {
    let name = try string(key)
    guard let choice = Choice(rawValue: name) else {
      throw error(
        at: key,
        "'\(name)' is unknown; expected one of \(Choice.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return choice
  }

  /// The UTF-8 bytes of a string of one scalar.
  func character(_ key: String) throws -> [UInt8] {
    let text = try string(key)
    guard text.unicodeScalars.count == 1 else { throw error(at: key, "expected one character, found '\(text)'.") }
    return Array(text.utf8)
  }
}
