import Diagnostics
import InputFiles

/// Reads a file's records as bytes, one at a time: JSONL, one JSON array, or plain text.
struct RecordReader {
  private enum Form {
    case lines(LineRecordReader)
    case array(ArrayReader)
    case text(ByteReader)
    case ended
  }

  private let path: String
  private var form: Form

  /// The largest size of a `.txt` file, which is one record and tokenized in one piece.
  static let textLimit = 256 << 20

  /// Opens a file: `.txt` is one text, a file that starts with `[` is an array, any other file has one record per line.
  init(path: String) throws {
    self.path = path
    var bytes = try ByteReader(path: path)
    if path.lowercased().hasSuffix(".txt") {
      if let size = bytes.size, size > Self.textLimit { throw Self.textTooLong(path) }
      form = .text(bytes)
    } else {
      _ = try bytes.fill()
      try ForeignFormat.check(bytes.chunk, path: path)
      let body = bytes.chunk.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.chunk.dropFirst(3) : bytes.chunk
      let isArray = body.first { !$0.isJSONSpace } == UInt8(ascii: "[")
      form = isArray ? .array(ArrayReader(bytes)) : .lines(LineRecordReader(bytes))
    }
  }

  /// The next record, or nil at the end.
  mutating func next() throws -> RawRecord? {
    switch form {
    case .lines(var reader):
      form = .ended
      defer { form = .lines(reader) }
      return try reader.next()
    case .array(var reader):
      form = .ended
      defer { form = .array(reader) }
      return try reader.next()
    case .text(var reader):
      form = .ended
      var text: [UInt8] = []
      while try reader.fill() {
        text += reader.chunk
        reader.consume(reader.chunk.count)
        if text.count > Self.textLimit { throw Self.textTooLong(path) }
      }
      return text.isEmpty ? nil : RawRecord(line: 1, content: .text(text))
    case .ended: return nil
    }
  }

  private static func textTooLong(_ path: String) -> UserError {
    .file(
      "\(path): a .txt file is one record of at most 256 MiB; write it as JSONL with one {\"text\": …} per line")
  }
}
