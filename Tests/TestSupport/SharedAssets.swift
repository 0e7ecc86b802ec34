import Foundation
import StrictJSON

/// The folder of reference values and real models beside the repository; tests that need it skip where it is absent.
public enum SharedAssets {
  /// The repository's root.
  public static let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// `../shared`, or where `ATTUNE_SHARED` says.
  public static let folder =
    ProcessInfo.processInfo.environment["ATTUNE_SHARED"].map { URL(fileURLWithPath: $0) }
    ?? repository.deletingLastPathComponent().appendingPathComponent("shared")

  /// Whether a file or folder is there.
  public static func has(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent(path).path)
  }

  /// A file or folder.
  public static func url(_ path: String) -> URL { folder.appendingPathComponent(path) }

  /// A JSON file.
  public static func json(_ path: String) throws -> JSONValue { try JSONValue(parsing: Data(contentsOf: url(path))) }

  /// SmolLM2-135M-Instruct, where `get_smollm2.py` has made it.
  public static let smolLM2 = FileManager.default.homeDirectoryForCurrentUser
    .appendingPathComponent(".cache/attune-assets/SmolLM2-135M-Instruct")

  /// Whether SmolLM2-135M-Instruct has been made.
  public static var hasSmolLM2: Bool {
    FileManager.default.fileExists(atPath: smolLM2.appendingPathComponent("model.safetensors").path)
  }
}

extension JSONValue {
  /// The numbers of an array, flattened.
  public var numbers: [Double] {
    if let doubleValue { return [doubleValue] }
    return arrayValue?.flatMap(\.numbers) ?? []
  }

  /// The integers of an array.
  public var ids: [Int32] { arrayValue?.compactMap { $0.intValue.map(Int32.init) } ?? [] }
}
