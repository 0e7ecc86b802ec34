import Diagnostics
import InputFiles

/// Reads a file that is one JSON array, one element at a time: the complete array is never in memory.
///
/// A scan finds the end of each element (a comma or the closing bracket outside of strings and nested values). The
/// element's own syntax is checked when it is parsed.
struct ArrayReader {
  private var bytes: ByteReader
  private var line = 1
  private var state = State.beforeArray

  private enum State { case beforeArray, beforeFirst, beforeElement, afterArray }

  init(_ bytes: ByteReader) { self.bytes = bytes }

  /// The next element, or nil after the last.
  ///
  /// - Throws: `UserError` if the array's own syntax is invalid or an element is longer than
  ///   ``LineReader/limit``.
  mutating func next() throws -> RawRecord? {
    if state == .beforeArray {
      if bytes.chunk.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.consume(3) }
      guard try takeSpace() == UInt8(ascii: "[") else { throw problem("expected '[' at the start of an array") }
      bytes.consume(1)
      state = .beforeFirst
    }
    if state == .afterArray { return nil }
    guard let first = try takeSpace() else { throw problem("the array has no closing ']'") }
    if first == UInt8(ascii: "]"), state == .beforeFirst {
      bytes.consume(1)
      return try finish()
    }
    let start = line
    let (element, delimiter) = try takeElement()
    if element.isEmpty { throw problem("expected a record, found '\(Character(Unicode.Scalar(delimiter)))'") }
    state = .beforeElement
    if delimiter == UInt8(ascii: "]") { _ = try finish() }
    return RawRecord(line: start, content: .json(element))
  }

  /// Checks that only white space follows the closing bracket.
  private mutating func finish() throws -> RawRecord? {
    state = .afterArray
    if try takeSpace() != nil { throw problem("expected the end of the file after the array's ']'") }
    return nil
  }

  /// Skips white space and returns the byte after it without consuming it.
  private mutating func takeSpace() throws -> UInt8? {
    while try bytes.fill() {
      let count = bytes.chunk.prefix { $0.isJSONSpace }.count
      line += bytes.chunk.prefix(count).count { $0 == 0x0A }
      bytes.consume(count)
      if let byte = bytes.chunk.first { return byte }
    }
    return nil
  }

  /// Takes the bytes of an element and consumes the comma or bracket that ends it.
  private mutating func takeElement() throws -> (element: [UInt8], delimiter: UInt8) {
    let start = line
    var element: [UInt8] = []
    var scan = ElementScan()
    while try bytes.fill() {
      let (end, lines) = bytes.chunk.withUnsafeBufferPointer { scan.end(in: $0) }
      line += lines
      let count = end ?? bytes.chunk.count
      if element.count + count > LineReader.limit {
        throw UserError.file("\(bytes.path):\(start): the record is longer than 64 MiB")
      }
      element += bytes.chunk.prefix(count)
      bytes.consume(count)
      if end != nil, let delimiter = bytes.chunk.first {
        bytes.consume(1)
        return (element, delimiter)
      }
    }
    throw problem("the array has no closing ']'; its last record begins on line \(start)")
  }

  private func problem(_ text: String) -> UserError { UserError.file("\(bytes.path):\(line): \(text)") }
}

/// The state of a scan through an element's bytes.
private struct ElementScan {
  private var depth = 0
  private var isInString = false
  private var isEscaped = false

  /// The offset of the delimiter that ends the element, or nil if the bytes end first; and the number of line breaks
  /// before it.
  mutating func end(in bytes: UnsafeBufferPointer<UInt8>) -> (offset: Int?, lines: Int) {
    var lines = 0
    for (offset, byte) in bytes.enumerated() {
      if byte == 0x0A { lines += 1 }
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ","): if depth == 0 { return (offset, lines) }
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        if depth > 0 { depth -= 1 } else if byte == UInt8(ascii: "]") { return (offset, lines) }
      default: break
      }
    }
    return (nil, lines)
  }
}
