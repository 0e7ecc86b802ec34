import Foundation

/// Programs that tests use if they are installed.
enum Tools {
  /// A Chromium that needs no screen.
  static let chromium = ["chromium", "chromium-browser", "google-chrome"].lazy.flatMap { name in
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
  }.first { FileManager.default.isExecutableFile(atPath: $0) }

  /// The Python that `ATTUNE_PYTHON` names, or the system's.
  static let python = ProcessInfo.processInfo.environment["ATTUNE_PYTHON"] ?? "/usr/bin/python3"

  /// Whether the Python has TensorBoard.
  static let hasTensorBoard = (try? run(python, ["-c", "import tensorboard"]))?.code == 0

  /// Runs a program to its end, for at most two minutes.
  static func run(_ path: String, _ arguments: [String]) throws -> (code: Int32, output: String, messages: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("attune-tool-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Files, not pipes: a full pipe would block the program.
    let files = ["output", "messages"].map { folder.appendingPathComponent($0) }
    for file in files { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let isEnding = DispatchWorkItem { process.terminate() }
    DispatchQueue.global().asyncAfter(deadline: .now() + 120, execute: isEnding)
    process.waitUntilExit()
    isEnding.cancel()
    let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    return (process.terminationStatus, texts[0], texts[1])
  }
}
