import Diagnostics
import Foundation
import Testing

/// Files for tests beside the repository: real models and reference values.
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
