import Diagnostics
import Foundation
import InputFiles
import OutputFiles

/// A partly downloaded file: `NAME.part`, which becomes `NAME` when it is complete and checked. Unlike other unfinished
/// files it stays when the program ends, so that the next fetch resumes after its last byte.
final class PartFile {
  private let target: String
  private var path: String { target + ".part" }
  private let descriptor: Int32
  /// How many bytes have arrived.
  private(set) var size: Int
  private var isCommitted = false

  /// Opens an existing part, or creates an empty file.
  ///
  /// - Throws: `UserError` of kind `output`, also if another process is fetching the same file.
  init(for target: String) throws {
    self.target = target
    descriptor = open(target + ".part", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    if descriptor < 0 { throw UserError.output("\(target).part: cannot be written: \(systemError())") }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw UserError.output("\(target).part: is not a regular file")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw UserError.output("\(target).part: another process is fetching this file")
    }
    size = Int(status.st_size)
  }

  deinit {
    // Without any bytes there is nothing to resume.
    if size == 0, !isCommitted { unlink(path) }
    close(descriptor)
  }

  /// Appends bytes.
  func append(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while done < bytes.count, let start = bytes.baseAddress {
      let count = pwrite(descriptor, start + done, bytes.count - done, off_t(size))
      if count >= 0 {
        done += count
        size += count
      } else if errno != EINTR {
        throw failure()
      }
    }
  }

  /// Removes all bytes.
  func empty() throws {
    if ftruncate(descriptor, 0) != 0 { throw failure() }
    size = 0
  }

  /// The digest of the bytes, with the algorithm of another digest.
  func digest(like other: NamedDigest) throws -> NamedDigest {
    let file = try InputFile(path)
    return try file.digest(like: other)
  }

  /// Flushes the file, gives it its final name, and flushes the folder.
  func commit() throws {
    guard fsync(descriptor) == 0, rename(path, target) == 0 else { throw failure() }
    isCommitted = true
    try synchronizeFolder(of: target)
  }

  private func failure() -> UserError { UserError.output("\(path): cannot be written: \(systemError())") }
}

extension InputFile {
  /// The digest of the complete file, with the algorithm of another digest.
  func digest(like other: NamedDigest) throws -> NamedDigest {
    var offset = 0
    return try other.digest(ofSize: size) {
      let count = min(1 << 20, size - offset)
      defer { offset += count }
      return Data(try bytes(at: offset, count: count))
    }
  }
}
