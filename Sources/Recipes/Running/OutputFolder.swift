import Checkpoints
import Diagnostics
import Foundation

/// A run's output folder: made, checked and locked.
///
/// The lock is the kernel's (`flock`): it goes with the process, however that ends.
public final class OutputFolder {
  /// The folder.
  public let url: URL
  private let lock: Int32

  /// What to do where the folder holds a run already.
  public enum Existing: Sendable {
    /// It is refused.
    case refuse
    /// Its files are removed.
    case overwrite
    /// It goes on.
    case resume
  }

  /// The names of what a run leaves, besides `step-N.h5` and event files.
  static let names = [
    "recipe.yaml", "metrics.jsonl", "evaluation.json", "last.h5", "best.h5", "model.h5", "adapter.h5", "report.html",
    ReferenceScoring.fileName,
  ]

  /// Whether a folder holds a run.
  public static func holdsRun(_ path: String) -> Bool {
    names.contains { FileManager.default.fileExists(atPath: path + "/" + $0) }
  }

  /// Refuses a folder that holds a run, or that another process writes to, before anything is read or computed.
  ///
  /// - Throws: `UserError` of kind `recipe`.
  public static func check(_ path: String, _ existing: Existing) throws {
    let lock = open(path + "/.lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    if lock >= 0 {
      defer { close(lock) }
      guard flock(lock, LOCK_SH | LOCK_NB) == 0 else { throw isLocked(path) }
    }
    if existing == .refuse, holdsRun(path) {
      throw UserError.recipe(
        "\(path): the output folder holds a run already; go on with it by --resume, replace it by --overwrite, "
          + "or name another folder (output=…)")
    }
  }

  /// Makes the folder, locks it and clears it where it is to be overwritten.
  ///
  /// - Throws: `UserError` of kind `recipe` where it holds a run or another process writes to it, of kind `output` where
  ///   it cannot be made or written.
  public init(_ path: String, _ existing: Existing) throws {
    try Self.check(path, existing)
    url = URL(fileURLWithPath: path)
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw UserError.output("\(path): the output folder cannot be made: \(Self.reason(error))")
    }
    lock = try Self.lock(path)
    removePartialFiles(in: url)
    if existing == .overwrite { try clear() }
  }

  /// Locks the folder by a file in it; the descriptor keeps the lock.
  private static func lock(_ path: String) throws -> Int32 {
    while true {
      let lock = open(path + "/.lock", O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o644)
      guard lock >= 0 else {
        throw UserError.output("\(path): the output folder cannot be written: \(String(cString: strerror(errno)))")
      }
      guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
        close(lock)
        throw isLocked(path)
      }
      // A process that was just ending may have removed the file between the two calls: then the lock is on nothing.
      var (locked, there) = (stat(), stat())
      if fstat(lock, &locked) == 0, stat(path + "/.lock", &there) == 0, locked.st_ino == there.st_ino { return lock }
      close(lock)
    }
  }

  private static func isLocked(_ path: String) -> UserError {
    .recipe("\(path): another process is writing to this output folder; wait for its end, or name another (output=…)")
  }

  deinit {
    try? FileManager.default.removeItem(at: url.appendingPathComponent(".lock"))
    close(lock)
  }

  /// A file in the folder.
  public func file(_ name: String) -> URL { url.appendingPathComponent(name) }

  private func clear() throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    for name in names
    where Self.names.contains(name) || (name.hasPrefix("step-") && name.hasSuffix(".h5"))
      || name.hasPrefix("events.out.tfevents.")
    {
      do {
        try FileManager.default.removeItem(at: file(name))
      } catch {
        throw UserError.output("\(url.path)/\(name): cannot be removed: \(Self.reason(error))")
      }
    }
  }

  private static func reason(_ error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    return underlying.map { String(cString: strerror(Int32($0.code))) } ?? error.localizedDescription
  }
}
