import Foundation
import Testing

@Suite("What standard output and standard error are connected to", .needsProgram)
struct StreamTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.writeRecipe(
      data: "{train: train.jsonl, held_out: train.jsonl, template: plain}", training: "{steps: 3, batch_size: 2}")
  }

  /// What only terminals understand: control sequences, a return to the beginning of the line, bars.
  private func isForTerminals(_ text: String) -> Bool { text.contains { "\u{1B}\r█░".contains($0) } }

  @Test(
    "a pipe gets neither progress bars nor control sequences",
    arguments: [
      "run recipe.yaml", "run recipe.yaml --dry-run", "validate recipe.yaml", "preview recipe.yaml",
      "check-data recipe.yaml --model", "estimate recipe.yaml", "evaluate recipe.yaml --generate",
      "generate --model model --data train.jsonl --max-new-tokens 2", "sweep recipe.yaml --set seed=1,2",
      "bench --model model --batch 1 --sequence 8", "tokenize --model model train.jsonl", "inspect model",
      "train-tokenizer train.jsonl --vocabulary-size 260 --output t.json", "convert model model.h5",
    ])
  func pipes(command: String) throws {
    let run = try ProgramRun(
      command.split(separator: " ").map(String.init),
      environment: ["TERM": "xterm"],
      workingDirectory: workspace.path, shell: "{ \"$0\" \"$@\" 2>&1 >results; echo $?; } | cat")
    #expect(run.output.hasSuffix("0\n"), "\(run.output)")
    #expect(!isForTerminals(run.output), "\(run.output)")
  }

  @Test("progress goes to standard error if that is a terminal, whatever standard output is")
  func terminalForMessages() throws {
    let (terminal, pipe) = try run("estimate", "recipe.yaml", onTerminal: STDERR_FILENO)
    #expect(terminal.contains("\r\u{1B}[K"))
    #expect(pipe.contains("memory"))
    #expect(!isForTerminals(pipe))
  }

  @Test("progress does not follow standard output to a terminal")
  func terminalForResults() throws {
    let (terminal, pipe) = try run("run", "recipe.yaml", onTerminal: STDOUT_FILENO)
    #expect(terminal.isEmpty)
    #expect(pipe.contains("step 3/3"))
    #expect(!isForTerminals(pipe))
  }

  @Test("a terminal that obeys no control sequences gets none", arguments: ["dumb", ""])
  func dumb(name: String) throws {
    let (terminal, _) = try run("run", "recipe.yaml", onTerminal: STDERR_FILENO, terminal: name)
    #expect(terminal.contains("step 3/3"))
    #expect(!terminal.contains("\u{1B}"))
  }

  /// Runs the program with one of its output streams on a terminal and the other one on a pipe.
  private func run(
    _ arguments: String..., onTerminal descriptor: Int32, terminal name: String = "xterm"
  ) throws -> (terminal: String, pipe: String) {
    let terminal = try PseudoTerminal()
    let pipe = Pipe()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: ProgramRun.path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["TERM": name]) { $1 }
    process.currentDirectoryURL = URL(fileURLWithPath: workspace.path)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = descriptor == STDOUT_FILENO ? terminal.program : pipe.fileHandleForWriting
    process.standardError = descriptor == STDERR_FILENO ? terminal.program : pipe.fileHandleForWriting
    try process.run()
    try pipe.fileHandleForWriting.close()
    let text = try terminal.readToEnd()
    let rest = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(text)\(rest)")
    return (text, rest)
  }
}

/// A terminal without a screen.
private struct PseudoTerminal {
  /// The end for the program.
  let program: FileHandle
  private let screen: Int32

  init() throws {
    screen = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    // Linux, asm-generic/ioctls.h: TIOCSPTLCK unlocks the other end, TIOCGPTN gets its number.
    var (lock, number) = (Int32(0), UInt32(0))
    try #require(screen >= 0 && ioctl(screen, 0x4004_5431, &lock) == 0 && ioctl(screen, 0x8004_5430, &number) == 0)
    program = FileHandle(
      fileDescriptor: open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC), closeOnDealloc: true)
  }

  /// What the program writes until it ends. A line break arrives as it was written.
  func readToEnd() throws -> String {
    try program.close()
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(screen, &buffer, buffer.count)
      if count > 0 { text += buffer[..<count] } else if count == 0 || errno != EINTR { break }
    }
    close(screen)
    return String(decoding: text, as: UTF8.self).replacing("\r\n", with: "\n")
  }
}
