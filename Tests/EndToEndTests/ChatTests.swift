import Foundation
import Testing

@Suite("attune chat", .needsProgram)
struct ChatTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func chat(_ input: String, _ arguments: String...) throws -> ProgramRun {
    try ProgramRun(
      ["chat", "--model", "model", "--template", "plain", "--threads", "1", "--max-new-tokens", "5"] + arguments,
      workingDirectory: workspace.path, input: input)
  }

  /// What `attune generate` answers to a first message.
  private func answer(_ text: String) throws -> String {
    try workspace.run(
      "generate", "--model", "model", "--template", "plain", "--max-new-tokens", "5", "--chat", text
    ).output
  }

  @Test("answers as generate does, and starts over on request")
  func reset() throws {
    let run = try chat("abc\n/reset\nabc\n\n/exit\nnever read\n")
    #expect(run.exitCode == 0, "\(run.messages)")
    #expect(run.output == (try answer("abc")) + (try answer("abc")))
    #expect(run.messages == "The conversation starts over.\n")
  }

  @Test("remembers what was said: the second answer differs from the one to the same words alone")
  func turns() throws {
    let template = ["--template", "chatml", "--max-new-tokens", "12"]
    func output(_ input: String) throws -> String {
      try ProgramRun(
        ["chat", "--model", "model", "--threads", "1", "--system", "s"] + template, workingDirectory: workspace.path,
        input: input
      ).output
    }
    let (together, first, second) = (try output("abc\nxyz\n"), try output("abc"), try output("xyz"))
    #expect(together.hasPrefix(first))
    #expect(together != first + second)
  }

  @Test("shows its commands, and suggests the nearest to an unknown one")
  func commands() throws {
    let run = try chat("/help\n/rest\n")
    #expect(run.exitCode == 0)
    #expect(run.output.isEmpty)
    #expect(run.messages.contains("/reset  forgets"))
    #expect(run.messages.contains("There is no command /rest") && run.messages.contains("'/reset'"))
  }

  @Test("continues after a message that cannot be answered")
  func full() throws {
    let run = try chat(String(repeating: "long ", count: 60) + "\n/reset\nabc\n")
    #expect(run.exitCode == 0)
    #expect(run.messages.contains("the model has positions for 256, the answer included: /reset starts over"))
    #expect(run.output == (try answer("abc")))
  }
}
