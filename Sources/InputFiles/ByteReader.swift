import Diagnostics
import Foundation

/// Reads a file or standard input a chunk at a time, so that memory use does not grow with the file.
package struct ByteReader {
  /// The name used in messages.
  package let path: String
  /// The bytes that have been read and not yet consumed.
  package private(set) var chunk: ArraySlice<UInt8> = []
  /// The file; nil for standard input.
  private let file: InputFile?
  private var offset = 0

  private static let chunkSize = 1 << 16

  /// Opens a file.
  ///
  /// - Throws: `UserError` of kind `file` if the file is missing, cannot be read, or is not a regular file.
  package init(path: String) throws {
    file = try InputFile(path)
    self.path = path
  }

  private init() {
    path = "standard input"
    file = nil
  }

  /// Standard input: a file, a pipe or a terminal.
  package static var standardInput: ByteReader { ByteReader() }

  /// The size of the file when it was opened; nil for standard input.
  package var size: Int? { file?.size }

  /// Reads on if ``chunk`` is empty.
  ///
  /// - Returns: whether ``chunk`` holds bytes; false at the end of the file.
  /// - Throws: `UserError` of kind `file`.
  package mutating func fill() throws -> Bool {
    if !chunk.isEmpty { return true }
    chunk = try [UInt8](unsafeUninitializedCapacity: Self.chunkSize) { buffer, count in
      count = try readSome(UnsafeMutableRawBufferPointer(buffer))
    }[...]
    offset += chunk.count
    return !chunk.isEmpty
  }

  private func readSome(_ target: UnsafeMutableRawBufferPointer) throws -> Int {
    if let file { return try file.readSome(at: offset, into: target) }
    while true {
      let count = read(STDIN_FILENO, target.baseAddress, target.count)
      if count >= 0 { return count }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        var wait = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        poll(&wait, 1, -1)
      default: throw UserError.file("\(path): cannot be read: \(systemError())")
      }
    }
  }

  /// Removes bytes from the front of ``chunk``.
  package mutating func consume(_ count: Int) { chunk = chunk.dropFirst(count) }
}
