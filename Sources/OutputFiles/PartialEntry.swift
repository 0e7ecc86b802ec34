import Diagnostics
import Foundation
import Guarding
import InputFiles

/// A file or folder that is being written under the name `TARGET.NUMBER.partial`, and the lock that marks it as in use.
///
/// The kernel holds the lock (`flock`) and releases it when the process ends, however it ends. A partial file or folder
/// that is not locked was left behind by a process that is gone.
package struct PartialEntry {
  /// Its path.
  package let path: String
  /// The descriptor that is open and locked; -1 after ``close()``.
  package private(set) var descriptor: Int32

  /// The paths that this process is writing.
  private static let live = Guarded<Set<String>>([])

  /// Creates an entry beside its target and removes those that processes which are gone left for the same target.
  ///
  /// - Parameter open: creates a file or folder, which must not exist yet, and opens it.
  /// - Throws: `UserError` of kind `output`.
  package init(for target: URL, open: (String) -> Int32) throws {
    removeAbandoned(in: target.deletingLastPathComponent()) { $0 == target.lastPathComponent }
    while true {
      let path = "\(target.path).\(UInt32.random(in: .min ... .max)).partial"
      let (descriptor, problem) = Self.live.withLock { paths in
        let descriptor = open(path)
        if descriptor >= 0 { paths.insert(path) }
        return (descriptor, errno)
      }
      guard descriptor >= 0 else {
        throw UserError.output("\(target.path): cannot be written: \(systemError(problem))")
      }
      // Between creating and locking it, another process may have considered it abandoned and removed it. Then try again.
      _ = flock(descriptor, LOCK_EX)
      var (opened, found) = (stat(), stat())
      if fstat(descriptor, &opened) == 0, lstat(path, &found) == 0, opened.st_ino == found.st_ino {
        (self.path, self.descriptor) = (path, descriptor)
        return
      }
      Foundation.close(descriptor)
      _ = Self.live.withLock { $0.remove(path) }
    }
  }

  /// Whether it is still being written.
  package var isOpen: Bool { descriptor >= 0 }

  /// Releases the lock, after the file or folder was renamed or removed.
  package mutating func close() {
    guard isOpen else { return }
    Foundation.close(descriptor)
    descriptor = -1
    _ = Self.live.withLock { $0.remove(path) }
  }

  /// Removes everything that this process is writing, then calls `end`. No other thread can start a partial file in
  /// between.
  static func removeLive(_ end: () -> Never) -> Never {
    live.withLock { paths in
      for path in paths {
        // Another thread may be creating a file in a folder at this moment, so that the folder is not empty yet.
        var status = stat()
        for _ in 0..<10 where lstat(path, &status) == 0 { try? FileManager.default.removeItem(atPath: path) }
      }
      end()
    }
  }
}

/// Removes the partial files and folders that this process is writing, then calls `end`, which ends the process.
public func removeLivePartialFiles(_ end: () -> Never) -> Never { PartialEntry.removeLive(end) }

/// Removes what killed processes left in a folder: files and folders named `NAME.NUMBER.partial` that no process has
/// locked.
public func removePartialFiles(in folder: URL) { removeAbandoned(in: folder) { _ in true } }

/// Removes the partial files and folders of matching targets that no process has locked.
private func removeAbandoned(in folder: URL, where isTarget: (Substring) -> Bool) {
  let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
  for entry in entries where entry.hasSuffix(".partial") {
    let name = entry.dropLast(".partial".count)
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex, UInt32(name[name.index(after: dot)...]) != nil,
      isTarget(name[..<dot])
    else { continue }
    let url = folder.appendingPathComponent(entry)
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { continue }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { try? FileManager.default.removeItem(at: url) }
    close(descriptor)
  }
}
