import Checkpoints
import Foundation
import Testing

/// What a shell or terminal may do to a program: close its streams, hang up, limit its memory and files.
@Suite("In a shell", .needsProgram)
struct ShellTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.writeRecipe(training: "{steps: 200, batch_size: 4}", more: "checkpoint: {every: 1000}")
  }

  private func hasSteps(_ count: Int) -> Bool { ((try? workspace.losses().count) ?? 0) >= count }

  @Test("a closed terminal: the run is saved, and continues with --resume")
  func hangUp() throws {
    let stopped = try workspace.run("run", "recipe.yaml", signal: SIGHUP) { hasSteps(5) }
    #expect(stopped.exitCode == 129, "\(stopped.messages)")
    #expect(workspace.has("out/last.h5"))
    #expect(try workspace.run("run", "recipe.yaml", "--resume").exitCode == 0)
    #expect(try workspace.metrics("step").compactMap { $0["step"] as? Int } == Array(1...200))
  }

  @Test("a signal during the evaluation before the first step stops it there, and the run starts over on resume")
  func beforeTheFirstStep() throws {
    let records = (0..<4000).map { #"{"prompt": "\#($0) and \#($0)", "completion": " make \#(2 * $0)"}"# }
    try workspace.write("held-out.jsonl", records.joined(separator: "\n"))
    try workspace.writeRecipe(data: "{train: train.jsonl, held_out: held-out.jsonl, template: plain}")
    let stopped = try workspace.run("run", "recipe.yaml", signal: SIGINT) { workspace.has("out/metrics.jsonl") }
    #expect(stopped.exitCode == 130, "\(stopped.messages)")
    #expect(stopped.messages.contains("Stopped. Resume with"), "\(stopped.messages)")
    #expect(try workspace.metrics("step").isEmpty && workspace.metrics("evaluation").isEmpty)
    #expect(!workspace.has("out/last.h5"))
    try workspace.write("held-out.jsonl", records.prefix(20).joined(separator: "\n"))
    #expect(try workspace.run("run", "recipe.yaml", "--resume").exitCode == 0)
    #expect(try workspace.metrics("evaluation").compactMap { $0["step"] as? Int } == [0, 4])
  }

  @Test(
    "a limited address space: the run succeeds or is refused in one line, and never hangs",
    arguments: [200, 300, 430, 440, 500, 600, 2000])
  func limitedAddresses(mebibytes: Int) throws {
    let shell = #"ulimit -v \#(mebibytes << 10); exec timeout -s KILL 30 "$0" "$@""#
    let run = try workspace.run("run", "recipe.yaml", shell: shell)
    guard run.exitCode != 0 else { return }
    #expect(mebibytes < 2000)
    #expect([2, 4].contains(run.exitCode), "\(run.messages)")
    let errors = run.messages.split(separator: "\n").filter { $0.hasPrefix("attune: ") }
    #expect(errors.count == 1 && errors[0].contains("ulimit -v"), "\(run.messages)")
  }

  @Test("under nohup a run continues when its terminal is closed")
  func nohup() throws {
    let run = try workspace.run("run", "recipe.yaml", shell: #"trap '' HUP; exec "$0" "$@""#, signal: SIGHUP) {
      hasSteps(5)
    }
    #expect(run.exitCode == 0, "\(run.messages)")
  }

  @Test("a reader of the messages that ends, as tee does on Ctrl-C, does no harm")
  func lostReader() throws {
    let shell = #"mkfifo pipe 2> /dev/null; head -n 1 < pipe > /dev/null & exec "$0" "$@" 2> pipe"#
    let stopped = try workspace.run("run", "recipe.yaml", shell: shell, signal: SIGINT) { hasSteps(5) }
    #expect(stopped.exitCode == 130)
    #expect(workspace.has("out/last.h5") && !workspace.has("out/model.h5"))
    #expect(try workspace.run("run", "recipe.yaml", "--resume", shell: shell).exitCode == 0)
    #expect(workspace.has("out/model.h5"))
  }

  @Test("a program without standard streams writes no message into the files that it opens")
  func closedStreams() throws {
    let run = try workspace.run("run", "recipe.yaml", shell: #"exec "$0" "$@" <&- >&- 2>&-"#)
    #expect(run.exitCode == 0)
    #expect(try workspace.run("run", "recipe.yaml", "output=usual").exitCode == 0)
    #expect(try workspace.losses() == workspace.losses(in: "usual"))
    let digests = try ["out", "usual"].map {
      try weightsDigest(of: WeightsSource.open(workspace.file("\($0)/model.h5")), threads: 1)
    }
    #expect(digests[0] == digests[1])
  }

  @Test("a limited file size: an error, and no partial files")
  func limitedFiles() throws {
    let run = try workspace.run("run", "recipe.yaml", shell: #"ulimit -f 40; exec "$0" "$@""#)
    #expect(run.exitCode == 5, "\(run.messages)")
    #expect(run.messages.contains("cannot be written: File too large"), "\(run.messages)")
    let names = try FileManager.default.contentsOfDirectory(atPath: workspace.file("out").path)
    #expect(!names.contains { $0.hasSuffix(".partial") || $0 == "model.h5" }, "\(names)")
  }

  @Test("a result that cannot be written", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func fullOutput() throws {
    let run = try workspace.run("inspect", "model", shell: #"exec "$0" "$@" > /dev/full"#)
    workspace.expectRefusal(
      run, code: 5, "standard output: cannot be written: No space left on device", output: nil)
  }
}
