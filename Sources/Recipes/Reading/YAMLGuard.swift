/// What is wrong with a YAML text, and on which line.
struct YAMLProblem: Error {
  /// Counted from 1; nil if the text as a whole is meant.
  let line: Int?
  let message: String
}

/// Refuses, before the YAML library sees a byte, what a hostile text could hurt it with.
///
/// The library resolves aliases while it reads, so a few lines may stand for billions of values, and it hashes keys
/// that are sections themselves. A recipe needs neither.
enum YAMLGuard {
  /// Recipes are a few kilobytes; the largest text that is read.
  static let maximumBytes = 1 << 20

  /// Checks a text from outside and returns it as a string.
  static func checked(_ bytes: [UInt8]) throws(YAMLProblem) -> String {
    if bytes.count > maximumBytes {
      throw YAMLProblem(line: nil, message: "is larger than \(maximumBytes >> 20) MiB; a recipe is a few kilobytes")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw YAMLProblem(line: nil, message: "is not text in UTF-8")
    }
    if let position = bytes.firstIndex(where: isForbiddenControl) {
      throw YAMLProblem(
        line: line(of: position, in: bytes),
        message: "holds the control character 0x\(String(bytes[position], radix: 16)); a recipe is plain text")
    }
    if let scalar = text.unicodeScalars.first(where: { [0x85, 0x2028, 0x2029, 0x10FFFD].contains($0.value) }) {
      throw YAMLProblem(
        line: nil, message: "holds the character U+\(String(scalar.value, radix: 16, uppercase: true)); leave it out")
    }
    if let anchor = firstMark(UInt8(ascii: "&"), in: bytes), firstMark(UInt8(ascii: "*"), in: bytes) != nil {
      throw YAMLProblem(
        line: line(of: anchor, in: bytes),
        message: "looks like an anchor (&name) with aliases (*name), which a recipe may not use: write the value out")
    }
    if let position = firstComplexKey(in: bytes) {
      throw YAMLProblem(
        line: line(of: position, in: bytes),
        message: "begins a key with '?', which a recipe may not use: write 'key: value'")
    }
    return text
  }

  private static func isForbiddenControl(_ byte: UInt8) -> Bool {
    byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D || byte == 0x7F
  }

  /// The first place where `&name` or `*name` could begin, quoted or not: after anything but a letter or digit.
  private static func firstMark(_ mark: UInt8, in bytes: [UInt8]) -> Int? {
    bytes.indices.first { position in
      bytes[position] == mark && position + 1 < bytes.count && isName(bytes[position + 1])
        && (position == 0 || !isName(bytes[position - 1]))
    }
  }

  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// The first `?` that could begin an explicit key: only spaces, or an indicator, come before it on its line.
  private static func firstComplexKey(in bytes: [UInt8]) -> Int? {
    var previous: UInt8 = 0x0A
    for position in bytes.indices {
      let byte = bytes[position]
      if byte == UInt8(ascii: "?"), [0x0A, 0x0D].contains(previous) || "-?:[{,".utf8.contains(previous) {
        return position
      }
      if byte != 0x20, byte != 0x09 { previous = byte }
    }
    return nil
  }

  private static func line(of position: Int, in bytes: [UInt8]) -> Int {
    bytes[..<position].reduce(into: 1) { if $1 == 0x0A { $0 += 1 } }
  }
}
