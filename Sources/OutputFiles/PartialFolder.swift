import Diagnostics
import Foundation
import InputFiles

/// A folder that is filled beside its target and takes the target's place only when it is complete.
///
/// Until then its name is `TARGET.NUMBER.partial`. The folder is removed if the writing is given up. After a kill it
/// stays until the same target is written again.
package final class PartialFolder {
  /// The path that the folder will have.
  package let target: String
  /// The folder until then.
  package let url: URL
  private var entry: PartialEntry

  /// Creates the folder beside its target.
  ///
  /// - Throws: `UserError` of kind `recipe` if the target exists and is not an empty folder, otherwise of kind
  ///   `output`.
  package init(for target: URL) throws {
    self.target = target.path
    try Self.checkTarget(target)
    entry = try PartialEntry(for: target) { path in
      mkdir(path, 0o777) == 0 ? open(path, O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW) : -1
    }
    url = URL(fileURLWithPath: entry.path)
  }

  /// Rejects a target that exists and is not an empty folder.
  ///
  /// - Throws: `UserError` of kind `recipe`.
  package static func checkTarget(_ target: URL) throws {
    guard FileManager.default.fileExists(atPath: target.path) else { return }
    let entries = try? FileManager.default.contentsOfDirectory(atPath: target.path)
    guard let entries else { throw UserError.recipe("\(target.path): is a file; expected the name of a new folder") }
    guard entries.isEmpty else {
      throw UserError.recipe(
        "\(target.path): the folder already contains \(entries.sorted()[0]); choose a new or an empty folder")
    }
  }

  deinit {
    if entry.isOpen { try? FileManager.default.removeItem(at: url) }
    entry.close()
  }

  /// Writes a file in the folder.
  ///
  /// - Throws: `UserError` of kind `output`.
  package func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
    try namingTarget { try writeAtomically(bytes, to: url.appendingPathComponent(name)) }
  }

  /// Runs `body`; its errors name the target instead of the folder beside it.
  package func namingTarget<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as UserError {
      throw UserError(error.kind, error.message.replacingOccurrences(of: url.path, with: target))
    }
  }

  /// Gives the folder its final name, and flushes the folder that contains it.
  ///
  /// - Throws: `UserError` of kind `output`.
  package func commit() throws {
    if rename(url.path, target) != 0 { throw UserError.output("\(target): cannot be written: \(systemError())") }
    entry.close()
    try synchronizeFolder(of: target)
  }
}

/// Creates a folder and its parents, unless they exist.
///
/// - Throws: `UserError` of kind `output`.
package func createFolder(at url: URL) throws {
  do {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  } catch {
    throw UserError.output("\(url.path): cannot be created: \(systemReason(error))")
  }
}
