import Diagnostics
import Foundation
import InputFiles
import Synchronization

/// The name `TARGET.NUMBER.partial` of what is being written, and the lock that says so.
///
/// The lock is the kernel's (`flock`): it goes with the process, however that ends. What nobody holds is a dead process's.
struct PartialEntry {
  /// Where it stands.
  let path: String
  /// What is open and locked; -1 behind ``close()``.
  private(set) var descriptor: Int32

  /// What this process is writing.
  private static let live = Mutex<Set<String>>([])

  /// Creates an entry beside its target, and clears away those that dead processes left for the same target.
  ///
  /// - Parameter open: creates a file or folder that must not exist, and opens it.
  /// - Throws: `UserError` of kind `output`.
  init(for target: URL, open: (String) -> Int32) throws {
    removeAbandoned(in: target.deletingLastPathComponent()) { $0 == target.lastPathComponent }
    while true {
      let path = "\(target.path).\(UInt32.random(in: .min ... .max)).partial"
      let descriptor = open(path)
      guard descriptor >= 0 else {
        throw UserError.output("\(target.path): cannot be written: \(systemError())")
      }
      // Between the two calls another process may have taken it for abandoned: then there is nothing to write to.
      _ = flock(descriptor, LOCK_EX)
      var (opened, there) = (stat(), stat())
      if fstat(descriptor, &opened) == 0, lstat(path, &there) == 0, opened.st_ino == there.st_ino {
        (self.path, self.descriptor) = (path, descriptor)
        Self.live.withLock { _ = $0.insert(path) }
        return
      }
      Foundation.close(descriptor)
    }
  }

  /// Whether it is still being written.
  var isOpen: Bool { descriptor >= 0 }

  /// Lets it go, after it was renamed or removed.
  mutating func close() {
    guard isOpen else { return }
    Foundation.close(descriptor)
    descriptor = -1
    _ = Self.live.withLock { $0.remove(path) }
  }

  /// Removes what this process is writing; it writes no more afterwards.
  static func removeLive() {
    live.withLock { paths in
      for path in paths { try? FileManager.default.removeItem(atPath: path) }
    }
  }
}

/// Removes what this process is writing beside its targets: for one that is about to end at once.
public func removeLivePartialFiles() { PartialEntry.removeLive() }

/// Removes what killed processes left in a folder: files and folders named `NAME.NUMBER.partial` that no process holds.
public func removePartialFiles(in folder: URL) { removeAbandoned(in: folder) { _ in true } }

/// Removes partial files and folders of some targets, as far as no process holds them.
private func removeAbandoned(in folder: URL, where isMeant: (Substring) -> Bool) {
  let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
  for entry in entries where entry.hasSuffix(".partial") {
    let name = entry.dropLast(".partial".count)
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex, UInt32(name[name.index(after: dot)...]) != nil,
      isMeant(name[..<dot])
    else { continue }
    let url = folder.appendingPathComponent(entry)
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { continue }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { try? FileManager.default.removeItem(at: url) }
    close(descriptor)
  }
}
