import Foundation
import Testing

/// One run of the built program, started as a user would start it.
struct ProgramRun {
  let exitCode: Int32
  let output: String
  let messages: String

  /// Whether the program was built together with the tests.
  static var isBuilt: Bool { FileManager.default.isExecutableFile(atPath: path) }

  /// The path of `attune`, in the folder of the test program.
  static let path: String = {
    let tests =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("attune").path
  }()

  /// Runs the program to its end, without a terminal.
  init(_ arguments: String..., environment: [String: String] = [:], workingDirectory: String = "/") throws {
    try self.init(arguments, environment: environment, workingDirectory: workingDirectory)
  }

  /// Runs the program to its end, without a terminal.
  ///
  /// - Parameters:
  ///   - shell: a command with which `sh` starts it, where `"$0" "$@"` is the program with its arguments; nil to start
  ///     it directly.
  ///   - input: its standard input; empty if nil.
  ///   - signal: a signal to send to the program.
  ///   - times: how often to send it, 5 milliseconds apart.
  ///   - isTime: called every 2 milliseconds until it returns true; then the signal is sent.
  init(
    _ arguments: [String], environment: [String: String] = [:], workingDirectory: String = "/", shell: String? = nil,
    input: String? = nil, signal: Int32? = nil, times: Int = 1, when isTime: () -> Bool = { false }
  ) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: shell == nil ? Self.path : "/bin/sh")
    process.arguments = (shell.map { ["-c", $0, Self.path] } ?? []) + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.currentDirectoryURL = URL(fileURLWithPath: workingDirectory)
    // Files, not pipes: a pipe that nobody reads blocks the program that writes to it.
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("attune-run-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let names = ["output", "messages", "input"].map { folder.appendingPathComponent($0) }
    for name in names { try Data((name == names[2] ? input ?? "" : "").utf8).write(to: name) }
    process.standardInput = try FileHandle(forReadingFrom: names[2])
    process.standardOutput = try FileHandle(forWritingTo: names[0])
    process.standardError = try FileHandle(forWritingTo: names[1])
    try process.run()
    if let signal {
      while process.isRunning, !isTime() { usleep(2000) }
      for time in 0..<times {
        if time > 0 { usleep(5000) }
        kill(process.processIdentifier, signal)
      }
    }
    process.waitUntilExit()
    exitCode = process.terminationStatus
    output = String(decoding: try Data(contentsOf: names[0]), as: UTF8.self)
    messages = String(decoding: try Data(contentsOf: names[1]), as: UTF8.self)
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips tests that run the program if it was not built together with them.
  static var needsProgram: Self {
    .enabled(if: ProgramRun.isBuilt, "the program attune is not built next to the tests")
  }
}
