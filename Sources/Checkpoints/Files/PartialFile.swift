import Diagnostics
import Foundation

/// A file that is written beside its target and takes the target's place only when it is complete.
///
/// The name beside is `TARGET.NUMBER.partial`; it is removed where the writing is given up. After a kill it stays, and
/// ``removePartialFiles(in:)`` clears it away.
package final class PartialFile {
  /// Where the file will stand.
  package let target: String
  /// Where it stands until then.
  package let path: String
  private var descriptor: Int32
  private var isThere = true

  /// Creates the file beside its target.
  ///
  /// - Throws: `UserError` of kind `output`.
  package init(for target: URL) throws {
    self.target = target.path
    path = "\(target.path).\(UInt32.random(in: .min ... .max)).partial"
    descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw UserError.output("\(self.target): cannot be written: \(systemError())") }
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
    isThere = false
    closeDescriptor()
    try synchronizeFolder(of: target)
  }

  /// Gives the file up and removes it.
  package func discard() {
    closeDescriptor()
    if isThere { unlink(path) }
    isThere = false
  }

  /// The error for the system call that has just failed.
  package func failure(_ code: Int32 = errno) -> UserError {
    UserError.output("\(target): cannot be written: \(systemError(code))")
  }

  private func closeDescriptor() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
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

/// Removes what killed processes left in a folder: files and folders named `NAME.NUMBER.partial`.
///
/// Call it only while no other process writes into the folder.
public func removePartialFiles(in folder: URL) {
  let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
  for entry in entries {
    let parts = entry.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 3, parts.last == "partial", UInt32(parts[parts.count - 2]) != nil else { continue }
    try? FileManager.default.removeItem(at: folder.appendingPathComponent(entry))
  }
}
