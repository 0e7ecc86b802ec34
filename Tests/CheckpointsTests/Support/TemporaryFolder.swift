import Diagnostics
import Foundation
import Testing

/// A folder that is removed when the test ends.
final class TemporaryFolder {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("checkpoints-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: url) }

  subscript(name: String) -> URL { url.appendingPathComponent(name) }

  func write(_ text: String, to name: String) throws { try Data(text.utf8).write(to: self[name]) }

  /// Writes a file without waiting for the disk, as Foundation does: for tests that write thousands.
  func replace(_ name: String, with bytes: some Sequence<UInt8>) throws {
    let file = try #require(fopen(self[name].path, "w"))
    defer { fclose(file) }
    let bytes = Array(bytes)
    #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
  }

  /// The names of everything in the folder, hidden files too.
  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted() }
}

/// What lies beside the repository for tests: real models and reference values, not part of it.
enum Shared {
  static let url = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()  // Support
    .deletingLastPathComponent()  // CheckpointsTests
    .deletingLastPathComponent()  // Tests
    .deletingLastPathComponent()  // the repository
    .deletingLastPathComponent().appendingPathComponent("shared")

  static let isThere = FileManager.default.fileExists(atPath: url.path)

  static func file(_ path: String) -> URL { url.appendingPathComponent(path) }
}

/// The message of the `UserError` that `body` must throw.
func message(of kind: UserError.Kind = .file, _ body: () throws -> Void) -> String {
  do {
    try body()
    Issue.record("nothing was thrown")
  } catch let error as UserError {
    #expect(error.kind == kind)
    return error.message
  } catch {
    Issue.record("not a UserError: \(error)")
  }
  return ""
}
