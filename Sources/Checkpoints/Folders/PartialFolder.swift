import Diagnostics
import Foundation
import InputFiles
import OutputFiles

/// A folder that is filled beside its target and takes the target's place only when it is complete.
///
/// The name beside is `TARGET.NUMBER.partial`; it is removed where the writing is given up. After a kill it stays, until
/// the same target is written again.
final class PartialFolder {
  private let target: String
  private let url: URL
  private var entry: PartialEntry

  /// Creates the folder beside its target.
  ///
  /// - Throws: `UserError` of kind `recipe` where the target exists and is no empty folder, else `output`.
  init(for target: URL) throws {
    self.target = target.path
    try Self.checkTarget(target)
    entry = try PartialEntry(for: target) { path in
      mkdir(path, 0o777) == 0 ? open(path, O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW) : -1
    }
    url = URL(fileURLWithPath: entry.path)
  }

  /// Refuses a target that exists and is no empty folder.
  ///
  /// - Throws: `UserError` of kind `recipe`.
  static func checkTarget(_ target: URL) throws {
    guard FileManager.default.fileExists(atPath: target.path) else { return }
    let entries = try? FileManager.default.contentsOfDirectory(atPath: target.path)
    guard let entries else { throw UserError.recipe("\(target.path): is a file; expected the name of a new folder") }
    guard entries.isEmpty else {
      throw UserError.recipe("\(target.path): already holds \(entries.sorted()[0]); name a new or an empty folder")
    }
  }

  deinit {
    if entry.isOpen { try? FileManager.default.removeItem(at: url) }
    entry.close()
  }

  /// Writes configuration, tokenizer, notes and the other small files of a model or adapter.
  func write(_ contents: ModelContents) throws {
    try write(contents.configuration.utf8, to: contents.kind.configurationName)
    if let tokenizer = contents.tokenizer { try write(tokenizer.utf8, to: "tokenizer.json") }
    let notes = AttuneNotes(template: contents.template, recipe: contents.recipe, provenance: contents.provenance)
    if !notes.isEmpty { try write(notes.text.utf8, to: AttuneNotes.fileName) }
    for (name, data) in contents.files {
      // The names may come from a file that somebody else made.
      guard AttuneFileLayout.isPossible(name: name), !ModelContents.isKeptElsewhere(name) else {
        throw UserError.output("\(target): a small file must not be called '\(name)'")
      }
      try write(data, to: name)
    }
  }

  private func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
    try named { try writeAtomically(bytes, to: url.appendingPathComponent(name)) }
  }

  /// A writer of a safetensors file in the folder; use it within ``named(_:)``.
  func safetensors(_ name: String, _ tensors: [TensorDescription]) throws -> SafetensorsWriter {
    try named { try SafetensorsWriter(url.appendingPathComponent(name), tensors: tensors) }
  }

  /// Runs `body`; its errors name the target in place of the folder beside it.
  func named<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as UserError {
      throw UserError(error.kind, error.message.replacingOccurrences(of: url.path, with: target))
    }
  }

  /// Gives the folder its name, and flushes the folder that holds it.
  func commit() throws {
    if rename(url.path, target) != 0 { throw UserError.output("\(target): cannot be written: \(systemError())") }
    entry.close()
    try synchronizeFolder(of: target)
  }
}

/// Creates a folder with those above it, where it is not there.
///
/// - Throws: `UserError` of kind `output`.
func makeFolder(at url: URL) throws {
  do {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  } catch {
    throw UserError.output("\(url.path): cannot be created: \(systemReason(error))")
  }
}
