/// One step of the normalization of a text, before it is split into words.
///
/// The steps have the meanings and the names that Hugging Face's tokenizers gives them.
enum NormalizationStep: Sendable {
  case unicode(UnicodeForm)
  case prepend([UInt8])
  case replace(TextPattern, [UInt8])
  case lowercase
  case strip(left: Bool, right: Bool)
  case stripAccents
  /// SentencePiece's `remove_extra_whitespaces`: removes spaces at both ends (and `▁` at the right one) and reduces a run
  /// of spaces to one.
  case removeExtraSpaces
  /// Removes some characters and replaces others with a space.
  case clean(removed: ScalarBitmap, spaces: ScalarBitmap)
  /// Puts a space before and after each character of a set.
  case pad(ScalarBitmap)
  /// Writes the bytes of the text as characters of ``ByteLevelAlphabet``.
  case byteCharacters
  /// SentencePiece's table of replacements (`precompiled_charsmap`).
  case characterMap(CharacterMap)

  /// Applies the step; out of line, since inlining it into a loop over steps makes the module much slower to compile.
  @inline(never)
  func apply(_ text: [UInt8]) -> [UInt8] {
    switch self {
    case .unicode(let form): form.normalized(text)
    case .prepend(let prefix): text.isEmpty ? text : prefix + text
    case .replace(let pattern, let content): replaced(text, pattern, content)
    case .lowercase: lowercased(text)
    case .strip(let left, let right): stripped(text, left: left, right: right)
    case .stripAccents:
      keptScalars(of: text) { !CharacterClass($0).contains(.mark) }
    case .removeExtraSpaces: withoutExtraSpaces(text)
    case .clean(let removed, let spaces): cleaned(text, removed, spaces)
    case .pad(let set): padded(text, set)
    case .byteCharacters: ByteLevelAlphabet.text(of: text)
    case .characterMap(let map): map.applied(to: text)
    }
  }
}

/// The steps of the normalization in order; most models have none.
struct Normalizer: Sendable {
  var steps: [NormalizationStep] = []

  var isIdentity: Bool { steps.isEmpty }

  func apply(_ text: [UInt8]) -> [UInt8] { steps.reduce(text) { $1.apply($0) } }
}

private func replaced(_ text: [UInt8], _ pattern: TextPattern, _ content: [UInt8]) -> [UInt8] {
  var result: [UInt8] = []
  result.reserveCapacity(text.count + text.count / 2)
  text.withUnsafeBufferPointer { text in
    if case .literal(let literal) = pattern, literal.count == 1 {
      for byte in text {
        if byte == literal[0] { result.append(contentsOf: content) } else { result.append(byte) }
      }
      return
    }
    pattern.forEachSegment(of: text) { range, isMatch in
      if isMatch { result.append(contentsOf: content) } else { result.append(contentsOf: text[range]) }
    }
  }
  return result
}

private func lowercased(_ text: [UInt8]) -> [UInt8] {
  var result: [UInt8] = []
  result.reserveCapacity(text.count)
  for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
    if scalar.isASCII {
      let byte = UInt8(truncatingIfNeeded: scalar.value)
      result.append(UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte)
    } else {
      result.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
    }
  }
  return result
}

private func stripped(_ text: [UInt8], left: Bool, right: Bool) -> [UInt8] {
  text.withUnsafeBufferPointer { text in
    let start = left ? ClassReader(text).end(of: .space, from: 0) : 0
    var end = text.count
    while right, end > start, let last = scalarBefore(end, in: text), CharacterClass(last.value).contains(.space) {
      end -= last.length
    }
    return Array(text[start..<end])
  }
}

private func keptScalars(of text: [UInt8], where isKept: (UInt32) -> Bool) -> [UInt8] {
  mapped(text) { value, bytes, result in
    if isKept(value) { result.append(contentsOf: bytes) }
  }
}

private func withoutExtraSpaces(_ text: [UInt8]) -> [UInt8] {
  let space = UInt8(ascii: " ")
  var result: [UInt8] = []
  result.reserveCapacity(text.count)
  for byte in text where byte != space || (result.last ?? space) != space { result.append(byte) }
  let escaped = Array("\u{2581}".utf8)
  while let last = result.last {
    if last == space {
      result.removeLast()
    } else if result.suffix(escaped.count).elementsEqual(escaped) {
      result.removeLast(escaped.count)
    } else {
      break
    }
  }
  return result
}
