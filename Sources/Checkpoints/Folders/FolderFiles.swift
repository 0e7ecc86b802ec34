import Diagnostics
import Foundation
import InputFiles

/// The files of a model's or adapter's folder; files outside the folder are never read.
///
/// A symbolic link may lead to a file within the folder, or into the `blobs` folder of a Hugging Face cache
/// (`models--…/snapshots/REVISION/FILE → ../../blobs/DIGEST`). Any other link is rejected: a downloaded folder must not
/// make the program read, and pass on, files from other places.
struct FolderFiles {
  /// The path as the user gave it, for messages.
  let path: String
  /// The names of all visible entries, sorted.
  let names: [String]
  private let realPath: String

  /// Lists a folder.
  ///
  /// - Throws: `UserError` of kind `file` if it is missing or not a folder.
  init(_ url: URL) throws {
    path = url.path
    guard let real = Self.resolved(path) else { throw UserError.file("\(path): there is no such folder") }
    realPath = real
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: real).filter { !$0.hasPrefix(".") }.sorted()
    } catch {
      throw UserError.file("\(path): cannot be read as a folder")
    }
  }

  /// Whether there is an entry of this name.
  func has(_ name: String) -> Bool { names.contains(name) }

  /// Opens a file of the folder.
  ///
  /// - Throws: `UserError` of kind `file` if the file is missing, outside the folder or not a regular file.
  func open(_ name: String) throws -> InputFile {
    let shown = "\(path)/\(name)"
    guard AttuneFileLayout.isPossible(name: name) else {
      throw UserError.file("\(path): the file name '\(name)' leads out of the folder; expected a plain name")
    }
    guard let real = Self.resolved("\(realPath)/\(name)") else {
      throw UserError.file(
        has(name)
          ? "\(shown): is a broken link; copy the file into the folder to use it"
          : "\(shown): there is no such file")
    }
    guard isInside(real) else {
      throw UserError.file(
        "\(shown): is a link to \(real), outside the folder; copy the file into the folder to use it")
    }
    return try InputFile(real, shownAs: shown)
  }

  /// The bytes of a file in the folder.
  func contents(_ name: String, limit: Int) throws -> Data { try open(name).contents(limit: limit) }

  /// The text of a file in the folder.
  ///
  /// - Throws: `UserError` of kind `file`, also if the text is not UTF-8.
  func text(_ name: String, limit: Int) throws -> String {
    guard let text = String(validating: try contents(name, limit: limit), as: UTF8.self) else {
      throw UserError.file("\(path)/\(name): is not UTF-8 text")
    }
    return text
  }

  /// The names of the readable regular files of at most `limit` bytes, except those for which `isLeftOut` is true.
  func smallFiles(limit: Int, leavingOut isLeftOut: (String) -> Bool) -> [String] {
    names.filter { name in
      guard !isLeftOut(name), let real = Self.resolved("\(realPath)/\(name)"), isInside(real) else { return false }
      var status = stat()
      return stat(real, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && Int(status.st_size) <= limit
    }
  }

  private func isInside(_ real: String) -> Bool {
    if real.utf8.starts(with: (realPath == "/" ? "/" : realPath + "/").utf8) { return true }
    let snapshots = URL(fileURLWithPath: realPath).deletingLastPathComponent()
    let blobs = snapshots.deletingLastPathComponent().appendingPathComponent("blobs").path
    return snapshots.lastPathComponent == "snapshots" && real.utf8.starts(with: (blobs + "/").utf8)
  }

  /// The path with all links resolved, or nil if nothing exists there.
  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
