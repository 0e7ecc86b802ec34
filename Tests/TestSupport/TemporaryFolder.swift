import Foundation
import Testing

/// A folder that is removed when the test ends.
public final class TemporaryFolder {
  /// The folder.
  public let url = FileManager.default.temporaryDirectory.appendingPathComponent("attune-tests-\(UUID())")

  /// Creates the folder.
  public init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// A file or folder in it.
  public subscript(name: String) -> URL { url.appendingPathComponent(name) }

  /// Writes a text file.
  public func write(_ text: String, to name: String) throws { try Data(text.utf8).write(to: self[name]) }

  /// Writes a file without waiting for the disk: for tests that write thousands.
  public func replace(_ name: String, with bytes: some Sequence<UInt8>) throws {
    let file = try #require(fopen(self[name].path, "w"))
    defer { fclose(file) }
    let bytes = Array(bytes)
    #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
  }

  /// The names of everything in the folder, hidden files too.
  public var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted() }
}
