extension NormalizationStep {
  /// The steps of `BertNormalizer`: clean, put spaces around ideographs, strip accents, lowercase; each is optional.
  ///
  /// Source: tokenizers' `normalizers/bert.rs`. Accents are stripped by default if the text is lowercased.
  static func bert(_ section: FileSection) throws -> [NormalizationStep] {
    try section.allowOnly("type", "clean_text", "handle_chinese_chars", "strip_accents", "lowercase")
    var steps: [NormalizationStep] = []
    let lowercases = try section.bool("lowercase", default: true)
    if try section.bool("clean_text", default: true) { steps.append(.cleanText) }
    if try section.bool("handle_chinese_chars", default: true) { steps.append(.pad(ScalarBitmap(ideographs))) }
    if try section.bool("strip_accents", default: lowercases) {
      let marks = ScalarSet.categories(GeneralCategories.bits["mn"] ?? 0)
      steps += [.unicode(.nfd), .clean(removed: ScalarBitmap(marks), spaces: ScalarBitmap(.union([])))]
    }
    if lowercases { steps.append(.lowercase) }
    return steps
  }

  /// Removes control and format characters, and turns white space into spaces.
  private static let cleanText = NormalizationStep.clean(
    removed: ScalarBitmap(
      .script([
        0...8, 0x0B...0x0C, 0x0E...0x1F, 0x7F...0x9F, 0xAD...0xAD, 0x600...0x605, 0x61C...0x61C, 0x6DD...0x6DD,
        0x70F...0x70F, 0x180E...0x180E, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0x2066...0x206F,
        0xE000...0xF8FF, 0xFEFF...0xFEFF, 0xFFF9...0xFFFB, 0xFFFD...0xFFFD, 0x110BD...0x110BD, 0x1BCA0...0x1BCA3,
        0x1D173...0x1D17A, 0xE0001...0xE0001, 0xE0020...0xE007F, 0xF0000...0xFFFFD, 0x100000...0x10FFFD,
      ])),
    spaces: ScalarBitmap(.classes(.space)))

  private static let ideographs = ScalarSet.script([
    0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF, 0x2A700...0x2B81F, 0x2B920...0x2CEAF,
    0x2F800...0x2FA1F,
  ])

  /// SentencePiece's `Nmt`: removes control characters, and turns white space and similar characters into spaces.
  static let nmt = NormalizationStep.clean(
    removed: ScalarBitmap(.script([1...8, 0x0B...0x0B, 0x0E...0x1F, 0x7F...0x7F, 0x8F...0x8F, 0x9F...0x9F])),
    spaces: ScalarBitmap(
      .script([
        0x09...0x0A, 0x0C...0x0D, 0x1680...0x1680, 0x200B...0x200F, 0x2028...0x2029, 0x2581...0x2581, 0xFEFF...0xFEFF,
        0xFFFD...0xFFFD,
      ])))
}

/// Removes the characters of one set, and replaces those of another with a space.
func cleaned(_ text: [UInt8], _ removed: ScalarBitmap, _ spaces: ScalarBitmap) -> [UInt8] {
  mapped(text) { value, bytes, result in
    if removed.contains(value) { return }
    if spaces.contains(value) { return result.append(UInt8(ascii: " ")) }
    result.append(contentsOf: bytes)
  }
}

/// Puts a space before and after each character of a set.
func padded(_ text: [UInt8], _ set: ScalarBitmap) -> [UInt8] {
  mapped(text) { value, bytes, result in
    let isMember = set.contains(value)
    if isMember { result.append(UInt8(ascii: " ")) }
    result.append(contentsOf: bytes)
    if isMember { result.append(UInt8(ascii: " ")) }
  }
}

/// Goes through the characters of a text; `body` appends what becomes of each.
func mapped(_ text: [UInt8], _ body: (UInt32, Slice<Bytes>, inout [UInt8]) -> Void) -> [UInt8] {
  text.withUnsafeBufferPointer { text in
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var position = 0
    while position < text.count {
      let (value, length) = decodedScalar(text, at: position)
      body(value, text[position..<position + length], &result)
      position += length
    }
    return result
  }
}
