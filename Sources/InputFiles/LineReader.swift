import Diagnostics
import Foundation

/// Reads a file line by line.
package struct LineReader {
  /// The number of the line returned last, counted from 1.
  package private(set) var number = 0
  /// Whether that line ended with a line break. Without one, another program may still be writing it.
  package private(set) var isComplete = true
  private var bytes: ByteReader

  /// The largest number of bytes in a line.
  package static let limit = 64 << 20

  /// Reads the lines of a file.
  package init(_ bytes: ByteReader) { self.bytes = bytes }

  /// The next line without its line break `\n`, or nil at the end.
  ///
  /// - Throws: `UserError` of kind `file` if a line is longer than ``limit`` or cannot be read.
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
