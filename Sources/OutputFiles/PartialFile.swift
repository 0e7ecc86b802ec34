import Diagnostics
import Foundation
import InputFiles

/// A file that is written beside its target and replaces the target only when it is complete.
///
/// Until then its name is `TARGET.NUMBER.partial`. It is removed if writing fails or is abandoned. If the process is
/// killed, it remains until the same target is written again or ``removePartialFiles(in:)`` removes it.
package final class PartialFile {
  /// The path of the finished file.
  package let target: String
  /// The path until then.
  package let path: String
  private var entry: PartialEntry
  private var descriptor: Int32 { entry.descriptor }

  /// Creates the file beside its target.
  ///
  /// - Throws: `UserError` of kind `output`.
  package init(for target: URL) throws {
    self.target = target.path
    entry = try PartialEntry(for: target) { open($0, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
    path = entry.path
  }

  deinit { discard() }

  /// Writes bytes at an offset.
  ///
  /// - Throws: `UserError` of kind `output`.
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < bytes.count {
      let count = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
      if count >= 0 { done += count } else if errno != EINTR { throw failure() }
    }
  }

  /// Writes bytes at an offset.
  ///
  /// - Throws: `UserError` of kind `output`.
  package func write(_ bytes: some Sequence<UInt8>, at offset: Int) throws {
    let isContiguous: Void? = try bytes.withContiguousStorageIfAvailable {
      try write(UnsafeRawBufferPointer($0), at: offset)
    }
    if isContiguous == nil { try Array(bytes).withUnsafeBytes { try write($0, at: offset) } }
  }

  /// Waits until everything written so far is on the disk.
  package func synchronize() throws {
    if fsync(descriptor) != 0 { throw failure() }
  }

  /// Flushes the file, renames it to the target and flushes the folder.
  ///
  /// - Throws: `UserError` of kind `output`.
  package func commit() throws {
    try synchronize()
    if rename(path, target) != 0 { throw failure() }
    entry.close()
    try synchronizeFolder(of: target)
  }

  /// Does what ``commit()`` does, but only if the target does not exist yet.
  ///
  /// - Returns: whether the file is now the target; if not, the target is unchanged.
  /// - Throws: `UserError` of kind `output`.
  package func commitIfNew() throws -> Bool {
    try synchronize()
    // Unlike renaming, linking never replaces an existing file. Some file systems have no links.
    if link(path, target) != 0 {
      var status = stat()
      if errno == EEXIST || lstat(target, &status) == 0 { return false }
      if rename(path, target) != 0 { throw failure() }
    }
    discard()
    try synchronizeFolder(of: target)
    return true
  }

  /// Abandons the file and removes it.
  package func discard() {
    if entry.isOpen { unlink(path) }
    entry.close()
  }

  /// The error to throw after a failed system call.
  package func failure(_ code: Int32 = errno) -> UserError {
    UserError.output("\(target): cannot be written: \(systemError(code))")
  }
}

/// Waits until the entries of the folder that contains `path` are on the disk.
///
/// - Throws: `UserError` of kind `output`.
package func synchronizeFolder(of path: String) throws {
  let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
  let descriptor = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
  if descriptor < 0 { throw UserError.output("\(folder): cannot be flushed: \(systemError())") }
  defer { close(descriptor) }
  // Some file systems have nothing to flush for a folder and report an error.
  if fsync(descriptor) != 0, errno != EINVAL, errno != ENOTSUP {
    throw UserError.output("\(folder): cannot be flushed: \(systemError())")
  }
}

/// Writes a small file so that, whatever happens, either the old or the complete new one exists: it is written beside the
/// target, flushed and renamed over the target, and then the folder is flushed.
///
/// - Throws: `UserError` of kind `output` that names the file and the reason; the target is then unchanged.
public func writeAtomically(_ data: some Sequence<UInt8>, to target: URL) throws {
  let file = try PartialFile(for: target)
  try file.write(data, at: 0)
  try file.commit()
}
