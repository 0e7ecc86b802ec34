import Diagnostics
import Foundation
import InstructionData

/// A folder for one test's files, removed when the test ends.
final class Workspace {
  let url: URL

  init() throws {
    // In memory if the system supports it, because tests write thousands of files.
    let memory = URL(fileURLWithPath: "/dev/shm", isDirectory: true)
    let hasMemory = FileManager.default.isWritableFile(atPath: memory.path)
    let parent = hasMemory ? memory : FileManager.default.temporaryDirectory
    url = parent.appendingPathComponent("attune-data-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file and returns its path.
  func file(_ name: String, _ text: String) throws -> String { try file(name, Array(text.utf8)) }

  /// Writes a file and returns its path.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = url.appendingPathComponent(name).path
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }
}

/// The message of the error that an expression throws, without the folder of the test's files; nil if it throws none.
func message(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return "\(error)".replacing(/\/\S*attune-data-[^\/]*\//, with: "")
  }
}

/// The kind of the error that an expression throws.
func kind(_ body: () throws -> Void) -> UserError.Kind? {
  do {
    try body()
    return nil
  } catch {
    return (error as? UserError)?.kind ?? (error as? UserErrors)?.kind
  }
}

/// Files for tests beside the repository, if they exist.
enum Shared {
  static let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
    "../../../../shared"
  ).standardizedFileURL

  static func path(_ relative: String) -> String { url.appendingPathComponent(relative).path }

  static func has(_ relative: String) -> Bool { FileManager.default.fileExists(atPath: path(relative)) }
}
