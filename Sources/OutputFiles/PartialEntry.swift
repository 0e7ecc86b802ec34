import Diagnostics
import Foundation
import Guarding
import InputFiles

/// The name `TARGET.NUMBER.partial` of what is being written, and the lock that says so.
///
/// The lock is the kernel's (`flock`): it goes with the process, however that ends. What nobody holds is a dead process's.
package struct PartialEntry {
  /// Where it stands.
  package let path: String
  /// What is open and locked; -1 behind ``close()``.
  package private(set) var descriptor: Int32

  /// What this process is writing.
  private static let live = Guarded<Set<String>>([])

  /// Creates an entry beside its target, and clears away those that dead processes left for the same target.
  ///
  /// - Parameter open: creates a file or folder that must not exist, and opens it.
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
      // Between the two calls another process may have taken it for abandoned: then there is nothing to write to.
      _ = flock(descriptor, LOCK_EX)
      var (opened, there) = (stat(), stat())
      if fstat(descriptor, &opened) == 0, lstat(path, &there) == 0, opened.st_ino == there.st_ino {
        (self.path, self.descriptor) = (path, descriptor)
        return
      }
      Foundation.close(descriptor)
      _ = Self.live.withLock { $0.remove(path) }
    }
  }

  /// Whether it is still being written.
  package var isOpen: Bool { descriptor >= 0 }

  /// Lets it go, after it was renamed or removed.
  package mutating func close() {
    guard isOpen else { return }
    Foundation.close(descriptor)
    descriptor = -1
    _ = Self.live.withLock { $0.remove(path) }
  }

  /// Removes what this process is writing, and ends it; in between nothing more is begun.
  static func removeLive(_ end: () -> Never) -> Never {
    live.withLock { paths in
      for path in paths {
        // In a folder a file may get its name at this moment, and the folder be not empty yet.
        var status = stat()
        for _ in 0..<10 where lstat(path, &status) == 0 { try? FileManager.default.removeItem(atPath: path) }
      }
      end()
    }
  }
}

/// Removes what this process is writing beside its targets, and ends it.
public func removeLivePartialFiles(_ end: () -> Never) -> Never { PartialEntry.removeLive(end) }

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
