import Diagnostics
import Foundation

/// A regular file, open for reading at any offset from any thread.
package final class InputFile: Sendable {
  /// The path as given, for messages.
  package let path: String
  /// The size in bytes when the file was opened.
  package let size: Int
  private let descriptor: Int32

  /// Opens a file.
  ///
  /// - Parameter shownAs: the path for messages, if it differs from the one to open.
  /// - Throws: `UserError` of kind `file` if the file is missing (with the nearest name), unreadable or not a regular
  ///   file.
  package init(_ path: String, shownAs shown: String? = nil) throws {
    self.path = shown ?? path
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 {
      let code = errno
      if [ENOENT, ENOTDIR].contains(code), shown == nil { throw missingFile(path) }
      throw UserError.file("\(self.path): \(Self.reason(code, path))")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw UserError.file("\(self.path): is \(fileKind(status.st_mode)); expected a file")
    }
    size = Int(status.st_size)
  }

  /// Why `open` failed.
  private static func reason(_ code: Int32, _ path: String) -> String {
    var status = stat()
    let isLink = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    if code == ELOOP, isLink { return "is a symbolic link that leads back to itself; expected a file" }
    return "cannot be read: \(systemError(code))"
  }

  deinit { close(descriptor) }

  /// Fills a buffer with the bytes that start at an offset.
  ///
  /// - Throws: `UserError` of kind `file` if the file ends too early or cannot be read.
  package func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws {
    var done = 0
    while done < target.count {
      let count = pread(descriptor, target.baseAddress! + done, target.count - done, off_t(offset + done))
      if count > 0 {
        done += count
      } else if count == 0 {
        throw UserError.file("\(path): ends at byte \(offset + done); expected \(target.count - done) more bytes")
      } else if errno != EINTR {
        throw UserError.file("\(path): cannot be read: \(systemError())")
      }
    }
  }

  /// Reads as many bytes from an offset as are available and fit into a buffer.
  ///
  /// - Returns: the number of bytes read; 0 at the end of the file.
  /// - Throws: `UserError` of kind `file`.
  func readSome(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      let count = pread(descriptor, target.baseAddress, target.count, off_t(offset))
      if count >= 0 { return count }
      if errno != EINTR { throw UserError.file("\(path): cannot be read: \(systemError())") }
    }
  }

  /// Reads `count` bytes that start at an offset.
  ///
  /// - Throws: `UserError` of kind `file` if the file ends too early or cannot be read.
  package func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      try read(
        at: offset, into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
      initialized = count
    }
  }

  /// Reads the complete file.
  ///
  /// - Throws: `UserError` of kind `file` if the file cannot be read, is larger than `limit` bytes, or holds what a
  ///   download left in its place.
  package func contents(limit: Int) throws -> Data {
    try refuseMisplacedContents()
    guard size <= limit else {
      throw UserError.file("\(path): has \(size) bytes; expected at most \(limit)")
    }
    return Data(try bytes(at: 0, count: size))
  }
}

/// What a path that is not a regular file leads to, for messages: `a pipe`.
package func fileKind(_ mode: mode_t) -> String {
  switch mode & S_IFMT {
  case S_IFDIR: "a folder"
  case S_IFIFO: "a pipe"
  case S_IFCHR, S_IFBLK: "a device"
  case S_IFSOCK: "a socket"
  case S_IFLNK: "a symbolic link"
  default: "not a regular file"
  }
}
