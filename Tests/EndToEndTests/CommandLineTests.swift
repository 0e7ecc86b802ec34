import Foundation
import Tensors
import Testing

@Suite("The command line", .needsProgram)
struct CommandLineTests {
  /// Calls a closure with a home that has two recipes.
  private func withHome(_ body: (_ home: String) throws -> Void) throws {
    let home = FileManager.default.temporaryDirectory.appendingPathComponent("attune-home-\(UUID())").path
    try FileManager.default.createDirectory(atPath: "\(home)/recipes/compare", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: home) }
    try "#\n#  attune run recipes/lora.yaml\n# LoRA on instructions.\n".write(
      toFile: "\(home)/recipes/lora.yaml", atomically: false, encoding: .utf8)
    try "output: x\n".write(toFile: "\(home)/recipes/compare/full.yaml", atomically: false, encoding: .utf8)
    try body(home)
  }

  @Test("help goes to standard output and names the commands")
  func help() throws {
    for arguments in [["--help"], []] {
      let run = try arguments.isEmpty ? ProgramRun() : ProgramRun(arguments[0])
      #expect(run.exitCode == 0)
      #expect(run.output.contains("\n  list "))
      #expect(run.output.contains("$ attune list"))
      #expect(run.messages.isEmpty)
    }
  }

  @Test("a wrong option or command gives exit code 2 and a suggestion")
  func wrongOption() throws {
    let option = try ProgramRun("list", "--jsn")
    #expect(option.exitCode == 2)
    #expect(option.messages.hasPrefix("attune: Unknown option '--jsn'. Did you mean '--json'?\n"))
    #expect(option.output.isEmpty)
    let command = try ProgramRun("lst")
    #expect(command.exitCode == 2)
    #expect(command.messages == "attune: 'lst' is not a command. Did you mean 'list'?\n")
    let argument = try ProgramRun("copy")
    #expect(argument.exitCode == 2)
    #expect(argument.messages.hasPrefix("attune: Missing expected argument '<name>'\n"))
  }

  @Test("kernels that do not exist, or that this machine cannot run, give exit code 2 and what there is")
  func kernels() throws {
    let unknown = try ProgramRun("list", environment: ["ATTUNE_KERNELS": "plan"])
    #expect(unknown.exitCode == 2)
    #expect(
      unknown.messages.hasPrefix(
        "attune: ATTUNE_KERNELS: there are no kernels 'plan'. Did you mean 'plain'? This machine runs "))
    for set in KernelSet.all {
      let run = try ProgramRun("list", environment: ["ATTUNE_KERNELS": set.name])
      #expect(run.exitCode == (set.isAvailable ? 0 : 2))
      #expect(set.isAvailable || run.messages.contains("does not offer what \(set.name) needs"))
    }
  }

  @Test("list shows names and summaries, as a table and as JSON")
  func list() throws {
    try withHome { home in
      let run = try ProgramRun("list", environment: ["ATTUNE_HOME": home])
      #expect(
        run.output
          == """
          recipe        what it does
          ────────────  ─────────────────────
          compare/full
          lora          LoRA on instructions.

          """)
      let json = try ProgramRun("list", "--json", environment: ["ATTUNE_HOME": home])
      let recipes = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: String]]
      #expect(recipes?.map { $0["name"] } == ["compare/full", "lora"])
      #expect(json.messages.isEmpty)
    }
  }

  @Test("list without a home says how to set one")
  func noHome() throws {
    let run = try ProgramRun("list", environment: ["ATTUNE_HOME": "/nowhere"])
    #expect(run.exitCode == 3)
    #expect(
      run.messages
        == "attune: ATTUNE_HOME: '/nowhere' has no folder 'recipes'; expected the folder that holds 'recipes' and 'data'.\n"
    )
  }

  @Test("copy writes a recipe once and overwrites nothing")
  func copy() throws {
    try withHome { home in
      let environment = ["ATTUNE_HOME": home]
      let first = try ProgramRun("copy", "lora", "mine.yaml", environment: environment, workingDirectory: home)
      #expect(first.exitCode == 0)
      #expect(first.output.isEmpty)
      #expect(
        try String(contentsOfFile: "\(home)/mine.yaml", encoding: .utf8)
          == String(contentsOfFile: "\(home)/recipes/lora.yaml", encoding: .utf8))
      let second = try ProgramRun("copy", "lora", "mine.yaml", environment: environment, workingDirectory: home)
      #expect(second.exitCode == 2)
      #expect(second.messages == "attune: mine.yaml: already exists and is not overwritten; choose another name.\n")
      let folder = try ProgramRun("copy", "compare/full", ".", environment: environment, workingDirectory: home)
      #expect(folder.exitCode == 0)
      #expect(FileManager.default.fileExists(atPath: "\(home)/full.yaml"))
      let nowhere = try ProgramRun(
        "copy", "lora", "no/such/folder.yaml", environment: environment, workingDirectory: home)
      #expect(nowhere.exitCode == 5)
      let unknown = try ProgramRun("copy", "lorra", "x.yaml", environment: environment, workingDirectory: home)
      #expect(unknown.exitCode == 2)
      #expect(
        unknown.messages
          == "attune: 'lorra' is not a bundled recipe. Did you mean 'lora'? `attune list` shows all of them.\n"
      )
    }
  }

  @Test("a copy in another folder has the absolute paths of the bundled files, and is valid as it is")
  func copyElsewhere() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("attune-copy-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let copy = try ProgramRun("copy", "lora", "mine.yaml", workingDirectory: folder)
    #expect(copy.exitCode == 0)
    #expect(
      copy.messages.contains("mine.yaml is a copy of the recipe lora; it runs with the bundled model and records"))
    let check = try ProgramRun("validate", "mine.yaml", workingDirectory: folder)
    #expect(check.exitCode == 0, "\(check.messages)")
  }

  @Test("for a model's name on a hub in place of a folder, the message says how to get it")
  func hubName() throws {
    let run = try ProgramRun("generate", "--model", "owner/name", "--prompt", "x")
    #expect(run.exitCode == 3)
    #expect(run.messages.contains("`attune fetch owner/name FOLDER` downloads a model of that name from a hub"))
  }
}
