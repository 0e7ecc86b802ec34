import Diagnostics
import Foundation

/// The lines of a file, one at a time.
package struct LineReader {
  /// The number of the line that was given last, counted from 1.
  package private(set) var number = 0
  /// Whether that line ended with a line break; one that did not may still be growing.
  package private(set) var isComplete = true
  private var bytes: ByteReader

  /// The most bytes of a line.
  package static let limit = 64 << 20

  /// Reads the lines of a file.
  package init(_ bytes: ByteReader) { self.bytes = bytes }

  /// The next line without its line break `\n`, or nil at the end.
  ///
  /// - Throws: `UserError` of kind `file` where a line is longer than ``limit``, or can't be read.
  package mutating func next() throws -> [UInt8]? {
    var line: [UInt8] = []
    number += 1
    while try bytes.fill() {
      let end = bytes.chunk.withUnsafeBufferPointer { buffer -> Int? in
        guard let base = buffer.baseAddress, let found = memchr(base, 0x0A, buffer.count) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
      }
      let count = end ?? bytes.chunk.count
      if line.count + count > Self.limit {
        throw UserError.file("\(bytes.path):\(number): the line is longer than 64 MiB")
      }
      line += bytes.chunk.prefix(count)
      bytes.consume(count + (end == nil ? 0 : 1))
      if end != nil { return line }
    }
    isComplete = false
    return line.isEmpty ? nil : line
  }
}
