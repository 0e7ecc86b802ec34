import Foundation

/// A Python with h5py, if there is one.
enum Python {
  /// The interpreter: `ATTUNE_PYTHON`, one of a virtual environment beside the repository, or the system's.
  static let withH5py: String? = {
    let beside = Shared.url.deletingLastPathComponent().appendingPathComponent("peers-venv/bin/python").path
    let candidates = [ProcessInfo.processInfo.environment["ATTUNE_PYTHON"], beside, "/usr/bin/python3"]
    return candidates.compactMap { $0 }.first { path in
      FileManager.default.isExecutableFile(atPath: path) && (try? run(path, "import h5py, numpy")) == ""
    }
  }()

  /// Runs a program with arguments and returns what it printed.
  static func run(_ interpreter: String, _ program: String, _ arguments: String...) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: interpreter)
    process.arguments = ["-c", program] + arguments
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
