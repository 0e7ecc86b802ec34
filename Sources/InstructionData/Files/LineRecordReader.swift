import InputFiles

/// Reads the lines of a JSONL file, except for blank ones.
struct LineRecordReader {
  private var lines: LineReader

  init(_ bytes: ByteReader) { lines = LineReader(bytes) }

  /// The next record, or nil at the end.
  ///
  /// - Throws: `UserError` if a line is longer than ``LineReader/limit``.
  mutating func next() throws -> RawRecord? {
    while let line = try lines.next() {
      if line.contains(where: { !$0.isJSONSpace }) { return RawRecord(line: lines.number, content: .json(line)) }
    }
    return nil
  }
}
