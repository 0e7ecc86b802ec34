import Foundation

/// A Python with torch, transformers and PEFT, which some tests compare with; they skip where `ATTUNE_PYTHON` does not
/// name one.
public enum Python {
  private static let path = ProcessInfo.processInfo.environment["ATTUNE_PYTHON"]

  /// Whether there is one with all of these packages.
  public static let isThere = has("torch", "transformers", "peft", "tokenizers")

  /// Whether the Python that `ATTUNE_PYTHON` names finds some packages.
  public static func has(_ packages: String...) -> Bool {
    guard let path, FileManager.default.isExecutableFile(atPath: path) else { return false }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments =
      [
        "-c",
        "import sys\nfrom importlib.util import find_spec\nsys.exit(any(find_spec(p) is None for p in sys.argv[1:]))",
      ] + packages
    process.standardInput = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  /// Runs a script to its end.
  ///
  /// - Returns: the exit status, and the end of what it wrote to standard error.
  public static func run(_ script: String, arguments: [String], in folder: URL) throws -> (
    status: Int32, errors: String
  ) {
    let file = folder.appendingPathComponent("script-\(UUID()).py")
    try Data(script.utf8).write(to: file)
    let messages = folder.appendingPathComponent("messages-\(UUID()).txt")
    try Data().write(to: messages)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path ?? "")
    process.arguments = [file.path] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"]) {
      $1
    }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: messages)
    try process.run()
    process.waitUntilExit()
    let errors = String(decoding: try Data(contentsOf: messages), as: UTF8.self)
    return (process.terminationStatus, String(errors.suffix(2000)))
  }
}
