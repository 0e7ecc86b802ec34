/// The ids that are added before and after those of a text, such as the beginning-of-text token.
struct PostProcessor: Sendable {
  var prefix: [Int32] = []
  var suffix: [Int32] = []
}

extension PostProcessor {
  static let knownTypes = ["Sequence", "TemplateProcessing", "ByteLevel", "BertProcessing", "RobertaProcessing"]

  /// Reads the key `post_processor` of a `tokenizer.json`.
  ///
  /// - Parameter isKnown: whether an id has a token.
  /// - Throws: `UserError` of kind `file`.
  init(_ section: FileSection, isKnown: (Int32) -> Bool) throws {
    for part in try section.flattened(sequenceKey: "processors") {
      switch try part.type(knownTypes: Self.knownTypes) {
      case "ByteLevel":
        // It only trims the offsets of tokens in the text; the ids do not change.
        try part.allowOnly("type", "add_prefix_space", "trim_offsets", "use_regex")
      case "TemplateProcessing": try addTemplate(part, isKnown)
      case "BertProcessing":
        try part.allowOnly("type", "sep", "cls")
        try addEnds(part, isKnown)
      default:
        try part.allowOnly("type", "sep", "cls", "trim_offsets", "add_prefix_space")
        try addEnds(part, isKnown)
      }
    }
  }

  /// Reads the tokens `cls` and `sep`, each a pair of its text and its id, which come before and after a text.
  private mutating func addEnds(_ section: FileSection, _ isKnown: (Int32) -> Bool) throws {
    func id(_ key: String) throws -> Int32 {
      let pair = try section.array(key)
      guard pair.count == 2, let id = pair[1].intValue.flatMap({ Int32(exactly: $0) }), isKnown(id) else {
        throw section.error(at: key, "expected a token and its id, which must be in the vocabulary.")
      }
      return id
    }
    prefix = [try id("cls")] + prefix
    suffix.append(try id("sep"))
  }

  /// Reads the template for a single text. The one for pairs is not needed.
  private mutating func addTemplate(_ section: FileSection, _ isKnown: (Int32) -> Bool) throws {
    try section.allowOnly("type", "single", "pair", "special_tokens")
    var before: [Int32] = []
    var after: [Int32] = []
    var hasText = false
    for piece in try section.sections("single") {
      try piece.allowOnly("Sequence", "SpecialToken")
      if let sequence = try piece.section("Sequence") {
        try sequence.allowOnly("id", "type_id")
        guard try sequence.string("id") == "A", !hasText, !piece.has("SpecialToken") else {
          throw piece.error("expected the sequence A exactly once in the template for a single text.")
        }
        hasText = true
      } else if let special = try piece.section("SpecialToken") {
        try special.allowOnly("id", "type_id")
        let ids = try section.ids(ofSpecialToken: try special.string("id"), isKnown)
        if hasText { after += ids } else { before += ids }
      } else {
        throw piece.error("expected one of the keys 'Sequence' and 'SpecialToken'.")
      }
    }
    guard hasText else { throw section.error(at: "single", "the sequence A is missing; expected it exactly once.") }
    prefix = before + prefix
    suffix += after
    guard prefix.count + suffix.count <= 1024 else {
      throw section.error("\(prefix.count + suffix.count) special tokens around a text; expected at most 1024.")
    }
  }
}

extension FileSection {
  /// The ids of a template's special token.
  fileprivate func ids(ofSpecialToken name: String, _ isKnown: (Int32) -> Bool) throws -> [Int32] {
    guard let tokens = try section("special_tokens"), let value = tokens[name] else {
      throw error(at: "special_tokens", "the token '\(name)' is missing, but the template uses it.")
    }
    let token = try FileSection(value, file: file, path: tokens.path(of: name))
    try token.allowOnly("id", "ids", "tokens")
    return try token.array("ids").map { value in
      guard let id = value.intValue.flatMap({ Int32(exactly: $0) }), isKnown(id) else {
        throw token.error(at: "ids", "expected ids that are in the vocabulary.")
      }
      return id
    }
  }
}
