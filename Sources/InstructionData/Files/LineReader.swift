import Diagnostics
import Foundation

/// The lines of a JSONL file that hold more than white space.
struct LineReader {
  private var bytes: ByteReader
  private var line = 0

  init(_ bytes: ByteReader) { self.bytes = bytes }

  /// The next record, or nil at the end.
  ///
  /// - Throws: `UserError` where a line is longer than ``ByteReader/recordLimit``.
  mutating func next() throws -> RawRecord? {
    while let record = try nextLine() {
      if record.contains(where: { !$0.isJSONSpace }) { return RawRecord(line: line, content: .json(record)) }
    }
    return nil
  }

  private mutating func nextLine() throws -> [UInt8]? {
    var collected: [UInt8] = []
    line += 1
    while try bytes.fill() {
      let end = bytes.chunk.withUnsafeBufferPointer { buffer -> Int? in
        guard let base = buffer.baseAddress, let found = memchr(base, 0x0A, buffer.count) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
      }
      let count = end ?? bytes.chunk.count
      if collected.count + count > ByteReader.recordLimit {
        throw UserError.file("\(bytes.path):\(line): the line is longer than 64 MiB; a record may not be")
      }
      collected += bytes.chunk.prefix(count)
      bytes.consume(count + (end == nil ? 0 : 1))
      if end != nil { return collected }
    }
    return collected.isEmpty ? nil : collected
  }
}
