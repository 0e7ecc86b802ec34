/// GPT-2's alphabet, which writes each byte as one printable character.
///
/// Printable bytes of Latin-1 are written as themselves, the others as U+0100 and following, in order: a space is `Ġ`
/// (U+0120).
/// Source: `bytes_to_unicode` in OpenAI's gpt-2 `encoder.py`.
enum ByteLevelAlphabet {
  /// The scalar of each byte.
  static let scalars: [UInt32] = {
    var next: UInt32 = 0x100
    return (0..<256).map { byte in
      if 0x21...0x7E ~= byte || 0xA1...0xAC ~= byte || 0xAE...0xFF ~= byte { return UInt32(byte) }
      defer { next += 1 }
      return next
    }
  }()

  /// The byte of each scalar, -1 if the scalar is not in the alphabet.
  private static let bytes: [Int16] = {
    var bytes = [Int16](repeating: -1, count: 0x144)
    for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar)] = Int16(byte) }
    return bytes
  }()

  /// Whether a text is a single character of the alphabet.
  static func isCharacter(_ text: String) -> Bool {
    guard let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1 else { return false }
    return scalars.contains(scalar.value)
  }

  /// Appends the character of a byte: one or two bytes of UTF-8.
  static func append(_ byte: UInt8, to text: inout [UInt8]) {
    let scalar = scalars[Int(byte)]
    if scalar < 0x80 {
      text.append(UInt8(scalar))
    } else {
      text.append(UInt8(0xC0 | scalar >> 6))
      text.append(UInt8(0x80 | scalar & 0x3F))
    }
  }

  /// The characters of some bytes, in UTF-8.
  static func text(of bytes: some Sequence<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    for byte in bytes { append(byte, to: &text) }
    return text
  }

  /// Appends the bytes that a token's characters represent. Returns false and appends nothing if a character is not in
  /// the alphabet.
  static func appendDecoded(_ text: Bytes, to decoded: inout [UInt8]) -> Bool {
    let start = decoded.count
    var position = 0
    while position < text.count {
      let (scalar, length) = decodedScalar(text, at: position)
      guard scalar < 0x144, bytes[Int(scalar)] >= 0 else {
        decoded.removeSubrange(start...)
        return false
      }
      decoded.append(UInt8(bytes[Int(scalar)]))
      position += length
    }
    return true
  }
}
