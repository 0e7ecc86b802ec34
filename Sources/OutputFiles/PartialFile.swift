import Diagnostics
import Foundation
import InputFiles

/// A file that is written beside its target and takes the target's place only when it is complete.
///
/// The name beside is `TARGET.NUMBER.partial`; it is removed where the writing is given up. After a kill it stays, until
/// the same target is written again or ``removePartialFiles(in:)`` clears it away.
package final class PartialFile {
  /// Where the file will stand.
  package let target: String
  /// Where it stands until then.
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
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < bytes.count {
      let count = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
      if count >= 0 { done += count } else if errno != EINTR { throw failure() }
    }
  }

  /// Writes bytes at an offset.
  package func write(_ bytes: some Sequence<UInt8>, at offset: Int) throws {
    let whole: Void? = try bytes.withContiguousStorageIfAvailable { try write(UnsafeRawBufferPointer($0), at: offset) }
    if whole == nil { try Array(bytes).withUnsafeBytes { try write($0, at: offset) } }
  }

  /// Waits until what was written lies on the disk.
  package func synchronize() throws {
    if fsync(descriptor) != 0 { throw failure() }
  }

  /// Flushes the file, gives it its name, and flushes the folder.
  package func commit() throws {
    try synchronize()
    if rename(path, target) != 0 { throw failure() }
    entry.close()
    try synchronizeFolder(of: target)
  }

  /// As ``commit()`` where nothing stands at the target yet.
  ///
  /// - Returns: whether that is so; if not, the target is left as it is.
  package func commitIfNew() throws -> Bool {
    try synchronize()
    // A second name, unlike a new one, never takes the place of what is there. Some file systems have none.
    if link(path, target) != 0 {
      var status = stat()
      if errno == EEXIST || lstat(target, &status) == 0 { return false }
      if rename(path, target) != 0 { throw failure() }
    }
    discard()
    try synchronizeFolder(of: target)
    return true
  }

  /// Gives the file up and removes it.
  package func discard() {
    if entry.isOpen { unlink(path) }
    entry.close()
  }

  /// The error for the system call that has just failed.
  package func failure(_ code: Int32 = errno) -> UserError {
    UserError.output("\(target): cannot be written: \(systemError(code))")
  }
}

/// Waits until the entries of the folder that holds `path` lie on the disk.
package func synchronizeFolder(of path: String) throws {
  let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
  let descriptor = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
  if descriptor < 0 { throw UserError.output("\(folder): cannot be flushed: \(systemError())") }
  defer { close(descriptor) }
  // Some file systems have nothing to flush for a folder and say so.
  if fsync(descriptor) != 0, errno != EINVAL, errno != ENOTSUP {
    throw UserError.output("\(folder): cannot be flushed: \(systemError())")
  }
}

/// Writes a small file so that either the old or the whole new one is there, whatever happens: beside the target,
/// flushed, renamed over it, and the folder flushed.
///
/// - Throws: `UserError` of kind `output` that names the file and the reason; the target is then unchanged.
public func writeAtomically(_ data: some Sequence<UInt8>, to target: URL) throws {
  let file = try PartialFile(for: target)
  try file.write(data, at: 0)
  try file.commit()
}
