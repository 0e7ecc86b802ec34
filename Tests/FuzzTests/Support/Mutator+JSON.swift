/// Changes that mostly keep JSON valid, so that they reach the code after the parser.
extension Mutator {
  /// Replaces, repeats, exchanges or removes one to three values; in one of four cases makes any change.
  mutating func json(_ original: [UInt8]) -> [UInt8] {
    if below(4) == 0 { return bytes(original) }
    var bytes = original
    for _ in 0...below(3) {
      let values = JSONSpans(bytes).values
      guard !values.isEmpty else { return bytes }
      let value = pick(values)
      switch below(8) {
      case 0...4: bytes.replaceSubrange(value, with: pick(Self.badValues).utf8)
      case 5:
        // Repeat an element, or a member with its key.
        let start = bytes[..<value.lowerBound].lastIndex { $0 == 0x2C || $0 == 0x7B || $0 == 0x5B } ?? 0
        bytes.insert(contentsOf: [0x2C] + bytes[(start + 1)..<value.upperBound], at: value.upperBound)
      case 6: bytes.replaceSubrange(value, with: Array(bytes[pick(values)]))
      default: bytes.removeSubrange(value)
      }
      if bytes.count > 1 << 20 { return bytes }
    }
    return bytes
  }

  /// Values that a reader may get wrong.
  private static let badValues =
    [
      "0", "-1", "1", "-0", "0.5", "2147483647", "2147483648", "4294967296", "9223372036854775807",
      "9223372036854775808", "-9223372036854775808", "18446744073709551616", "1e999", "-1e999", "1e-999", "1e18",
      "1e19",
      "1E400000000000", "3.0", "1073741824", "1000000000000", "null", "true", "false", "[]", "{}", "[[]]", "[null]",
      #""""#, #""\u0000""#, #""\ud800""#, #""\udc00\ud800""#, #""\uD83D\uDE00""#, #""/""#, #""..""#,
      #""../../etc/passwd""#,
      #""\/dev\/zero""#, #""a\nb""#, "\"\u{10FFFF}\"", #"{"a":1,"a":2}"#, "NaN", "Infinity", "01", "1.", "'a'",
      #""model.safetensors""#, #""llama""#, #""BPE""#, #""(a*)*b""#, #""\\s+""#,
    ] + [
      String(repeating: "9", count: 400), "0." + String(repeating: "0", count: 400) + "1",
      String(repeating: "[", count: 2000) + String(repeating: "]", count: 2000),
      String(repeating: #"{"a":"#, count: 2000) + "1" + String(repeating: "}", count: 2000),
      String(repeating: "[", count: 100_000), "\"" + String(repeating: "x", count: 70_000) + "\"",
      "[" + Array(repeating: "1", count: 5000).joined(separator: ",") + "]",
    ]
}

/// The places of the values in a JSON text, of members and elements alike, found without validating the text.
private struct JSONSpans {
  private(set) var values: [Range<Int>] = []

  init(_ bytes: [UInt8]) {
    var open: [Int] = []
    var position = 0
    while position < bytes.count {
      let start = position
      position += 1
      switch bytes[start] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): open.append(start)
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if let begin = open.popLast() { values.append(begin..<position) }
      case UInt8(ascii: "\""):
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
          position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        position = min(bytes.count, position + 1)
        // A string before a colon is a key.
        if position >= bytes.count || bytes[position] != UInt8(ascii: ":") { values.append(start..<position) }
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"):
        while position < bytes.count, !" \n\r\t,:]}".utf8.contains(bytes[position]) { position += 1 }
        values.append(start..<position)
      default: break
      }
    }
  }
}
