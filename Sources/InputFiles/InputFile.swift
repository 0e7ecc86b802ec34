import Diagnostics
import Foundation

/// A regular file that is open for reading at any offset, from any thread.
package final class InputFile: Sendable {
  /// The path as it was given, for messages.
  package let path: String
  /// The size in bytes when it was opened.
  package let size: Int
  private let descriptor: Int32

  /// Opens a file.
  ///
  /// - Parameter shownAs: the path for messages, where it is another than the one that is opened.
  /// - Throws: `UserError` of kind `file` where it is missing, unreadable or no regular file.
  package init(_ path: String, shownAs shown: String? = nil) throws {
    self.path = shown ?? path
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 { throw UserError.file("\(self.path): \(Self.reason(errno, path))") }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw UserError.file("\(self.path): is \(fileKind(status.st_mode)); expected a file")
    }
    size = Int(status.st_size)
  }

  /// Why a file could not be opened.
  private static func reason(_ code: Int32, _ path: String) -> String {
    var status = stat()
    let isLink = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    switch code {
    case ELOOP where isLink: return "is a link in a loop of links; expected a file"
    case ENOENT where isLink: return "is a link to what is not there; expected a file"
    default: return "cannot be read: \(systemError(code))"
    }
  }

  deinit { close(descriptor) }

  /// Fills the memory with the bytes from an offset on.
  ///
  /// - Throws: `UserError` of kind `file` where the file ends before, or reading fails.
  package func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws {
    var done = 0
    while done < target.count {
      let count = pread(descriptor, target.baseAddress! + done, target.count - done, off_t(offset + done))
      if count > 0 {
        done += count
      } else if count == 0 {
        throw UserError.file("\(path): ends at byte \(offset + done); expected \(target.count - done) bytes more")
      } else if errno != EINTR {
        throw UserError.file("\(path): cannot be read: \(systemError())")
      }
    }
  }

  /// Reads what there is from an offset on, as far as it fits.
  ///
  /// - Returns: how many bytes; 0 at the end of the file.
  /// - Throws: `UserError` of kind `file`.
  func readSome(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      let count = pread(descriptor, target.baseAddress, target.count, off_t(offset))
      if count >= 0 { return count }
      if errno != EINTR { throw UserError.file("\(path): cannot be read: \(systemError())") }
    }
  }

  /// The bytes of a range.
  package func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      try read(
        at: offset, into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
      initialized = count
    }
  }

  /// The whole file.
  ///
  /// - Throws: `UserError` of kind `file`, also where it is larger than `limit` bytes.
  package func contents(limit: Int) throws -> Data {
    guard size <= limit else {
      throw UserError.file("\(path): has \(size) bytes; expected at most \(limit)")
    }
    return Data(try bytes(at: 0, count: size))
  }
}

/// What stands at a path, by its mode, where it is no regular file: `a pipe`.
package func fileKind(_ mode: mode_t) -> String {
  switch mode & S_IFMT {
  case S_IFDIR: "a folder"
  case S_IFIFO: "a pipe"
  case S_IFCHR, S_IFBLK: "a device"
  case S_IFSOCK: "a socket"
  case S_IFLNK: "a link"
  default: "no regular file"
  }
}
