import Diagnostics
import Foundation
import InputFiles
import OutputFiles

/// A run's output folder: made, checked and locked.
///
/// The lock is the kernel's (`flock`): it ends with the process, however that ends.
public final class OutputFolder {
  /// The folder.
  public let url: URL
  private let lock: Int32

  /// What to do if the folder already holds a run.
  public enum Existing: Sendable {
    /// It is refused.
    case refuse
    /// Its files are removed.
    case overwrite
    /// It is resumed.
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
    try checkPlace(path)
    let lock = open(path + "/.lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    if lock < 0, errno == ELOOP { throw isForeign(path, "a link") }
    if lock >= 0 {
      defer { close(lock) }
      try checkKind(of: lock, path)
      guard flock(lock, LOCK_SH | LOCK_NB) == 0 else { throw isLocked(path) }
    }
    if existing == .refuse, holdsRun(path) {
      throw UserError.recipe(
        "\(path): the output folder already holds a run; continue it with --resume, replace it with --overwrite, "
          + "or name another folder (output=…)")
    }
  }

  /// Makes the folder, locks it and clears it if it is to be overwritten.
  ///
  /// - Throws: `UserError` of kind `recipe` if it holds a run or another process writes to it, of kind `output` if it
  ///   cannot be made or written.
  public init(_ path: String, _ existing: Existing) throws {
    try Self.check(path, existing)
    url = URL(fileURLWithPath: path)
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw UserError.output("\(path): the output folder cannot be made: \(systemReason(error))")
    }
    lock = try Self.lock(path)
    removePartialFiles(in: url)
    if existing == .overwrite { try clear() }
  }

  /// Locks the folder by a file in it; the descriptor keeps the lock.
  private static func lock(_ path: String) throws -> Int32 {
    while true {
      let lock = open(path + "/.lock", O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o644)
      guard lock >= 0 else {
        if errno == ELOOP { throw isForeign(path, "a link") }
        throw UserError.output("\(path): the output folder cannot be written: \(systemError())")
      }
      do { try checkKind(of: lock, path) } catch {
        close(lock)
        throw error
      }
      guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
        close(lock)
        throw isLocked(path)
      }
      // A process that was just ending may have removed the file between the two calls: then nothing is locked.
      var (locked, there) = (stat(), stat())
      if fstat(lock, &locked) == 0, stat(path + "/.lock", &there) == 0, locked.st_ino == there.st_ino { return lock }
      close(lock)
    }
  }

  /// Refuses a lock that no run made.
  private static func checkKind(of lock: Int32, _ path: String) throws {
    var status = stat()
    guard fstat(lock, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw isForeign(path, fileKind(status.st_mode))
    }
  }

  private static func isForeign(_ path: String, _ found: String) -> UserError {
    .output("\(path)/.lock: is \(found), not the file by which a run locks its folder; remove it")
  }

  private static func isLocked(_ path: String) -> UserError {
    .recipe("\(path): another process is writing to this output folder; wait until it ends, or name another (output=…)")
  }

  deinit {
    try? FileManager.default.removeItem(at: url.appendingPathComponent(".lock"))
    close(lock)
  }

  /// A file in the folder.
  public func file(_ name: String) -> URL { url.appendingPathComponent(name) }

  /// Removes the files of the run that is there.
  private func clear() throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    for group in Self.removalOrder(of: names) {
      for name in group {
        do {
          try FileManager.default.removeItem(at: file(name))
        } catch {
          throw UserError.output("\(url.path)/\(name): cannot be removed: \(systemReason(error))")
        }
      }
      if !group.isEmpty { try synchronizeFolder(of: file("recipe.yaml").path) }
    }
  }

  /// The files of a run among those of a folder, in the order in which they are removed.
  ///
  /// Whenever the removal is interrupted, what is left is an earlier moment of the same run, under its own recipe: first
  /// goes what makes it finished, then what it would resume from (newest first, the best after those that name it), then
  /// what it has logged, and last the recipe, without which nothing may be left.
  package static func removalOrder(of names: [String]) -> [[String]] {
    let steps = names.filter { $0.hasPrefix("step-") && $0.hasSuffix(".h5") }
    let events = names.filter { $0.hasPrefix("events.out.tfevents.") }
    let order = [
      ["model.h5", "adapter.h5", "report.html", "evaluation.json"],
      ["last.h5"], steps.sorted { number($0) > number($1) }, ["best.h5"],
      [ReferenceScoring.fileName, "metrics.jsonl"] + events,
      ["recipe.yaml"],
    ]
    let there = Set(names)
    return order.map { $0.filter(there.contains) }
  }

  /// The step in a checkpoint's name.
  private static func number(_ name: String) -> Int { Int(name.dropFirst(5).dropLast(3)) ?? 0 }
}
