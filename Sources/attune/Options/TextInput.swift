import Diagnostics
import InputFiles

/// A file, or standard input, as texts in UTF-8.
struct TextInput {
  /// What messages call it.
  let name: String
  private let bytes: ByteReader

  /// The most bytes that are taken as one text.
  private static let textLimit = 256 << 20

  /// Opens the file of a path, or standard input where there is none.
  ///
  /// - Throws: `UserError` of kind `file` where it can't be read.
  init(path: String?) throws {
    bytes = try path.map { try ByteReader(path: $0) } ?? .standardInput
    name = bytes.path
  }

  /// Gives the whole as one text, or each line without its line break (`\n` or `\r\n`), as they are read.
  ///
  /// - Parameter body: told a text and the number of its line.
  /// - Throws: `UserError` of kind `file` that names a line that is not UTF-8 or too long; what `body` throws.
  func forEachText(whole: Bool, _ body: (String, Int) throws -> Void) throws {
    if whole { return try body(text(try allBytes(), place: name), 1) }
    var lines = LineReader(bytes)
    while let line = try lines.next() {
      let content = line.last == 0x0D ? line.dropLast() : line[...]
      try body(text(content, place: "\(name):\(lines.number)"), lines.number)
    }
  }

  private func text(_ bytes: ArraySlice<UInt8>, place: String) throws -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw UserError.file("\(place): not UTF-8 text.") }
    return text
  }

  private func allBytes() throws -> ArraySlice<UInt8> {
    var (reader, whole) = (bytes, [UInt8]())
    while try reader.fill() {
      whole += reader.chunk
      reader.consume(reader.chunk.count)
      if whole.count > Self.textLimit { throw UserError.file("\(name): has more than 256 MiB; one text may not") }
    }
    return whole[...]
  }
}
