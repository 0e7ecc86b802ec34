import Diagnostics
import InputFiles

/// A file or standard input, read as UTF-8 text.
struct TextInput {
  /// The name that messages use.
  let name: String
  private let bytes: ByteReader

  /// The largest number of bytes read as one text.
  private static let textLimit = 256 << 20

  /// Opens the file at a path, or standard input if the path is nil.
  ///
  /// - Throws: `UserError` of kind `file` if it can't be read.
  init(path: String?) throws {
    bytes = try path.map { try ByteReader(path: $0) } ?? .standardInput
    name = bytes.path
  }

  /// Calls a closure with the complete input as one text, or with each line without its line break (`\n` or `\r\n`).
  ///
  /// - Parameters:
  ///   - whole: whether the complete input is one text.
  ///   - body: receives a text and its line number.
  /// - Throws: `UserError` of kind `file` that names a line that is not UTF-8 or too long; whatever `body` throws.
  func forEachText(whole: Bool, _ body: (String, Int) throws -> Void) throws {
    if whole { return try body(text(try allBytes(), place: name), 1) }
    var lines = LineReader(bytes)
    while let line = try lines.next() {
      let content = line.last == 0x0D ? line.dropLast() : line[...]
      try body(text(content, place: "\(name):\(lines.number)"), lines.number)
    }
  }

  private func text(_ bytes: ArraySlice<UInt8>, place: String) throws -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw UserError.file("\(place): is not UTF-8 text.")
    }
    return text
  }

  private func allBytes() throws -> ArraySlice<UInt8> {
    var (reader, whole) = (bytes, [UInt8]())
    while try reader.fill() {
      whole += reader.chunk
      reader.consume(reader.chunk.count)
      if whole.count > Self.textLimit {
        throw UserError.file(
          "\(name): has more than 256 MiB, the limit for --whole; leave out --whole to read it line by line")
      }
    }
    return whole[...]
  }
}
