import Foundation
import Testing

/// Faults around a run: each is reported, and nothing that was saved is lost.
@Suite("Faults", .needsProgram)
struct FaultTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// Writes a recipe of many steps that saves often.
  private func writeLongRecipe(steps: Int = 300, every: Int = 10, more: String = "") throws {
    try workspace.writeRecipe(
      data: "{train: train.jsonl, held_out: train.jsonl, template: plain}",
      training: "{steps: \(steps), batch_size: 4, micro_batch_size: 2}",
      more: "evaluation: {every: 50}\ncheckpoint: {every: \(every), keep: 2}\n\(more)")
  }

  private func hasSteps(_ count: Int) -> Bool { ((try? workspace.losses().count) ?? 0) >= count }

  /// Whether this process may mount a file system in memory, as root may.
  private static let mounts: Bool = {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("attune-mount-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    guard system("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder) else { return false }
    return system("umount", folder)
  }()

  @discardableResult
  private static func system(_ arguments: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  @Test(
    "a full disk: the last checkpoint stays, and once there is space the run resumes to the same result",
    .enabled(if: mounts, "file systems cannot be mounted here"))
  func diskFull() throws {
    try writeLongRecipe()
    #expect(try workspace.run("run", "recipe.yaml", "output=straight").exitCode == 0)
    let folder = workspace.file("out").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // Space for two checkpoints, but not for a third, nor for the metrics of all steps.
    try #require(Self.system("mount", "-t", "tmpfs", "-o", "size=320k", "tmpfs", folder))
    defer { Self.system("umount", folder) }
    let full = try workspace.run("run", "recipe.yaml")
    #expect(full.exitCode == 5, "\(full.messages)")
    #expect(full.messages.contains("cannot be written: No space left on device"), "\(full.messages)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(!names.contains { $0.hasSuffix(".partial") || $0 == ".lock" || $0 == "model.h5" }, "\(names)")
    try #require(Self.system("mount", "-o", "remount,size=20m", folder))
    let resumed = try workspace.run("run", "recipe.yaml", "--resume")
    #expect(resumed.exitCode == 0, "\(resumed.messages)")
    #expect(try workspace.losses() == workspace.losses(in: "straight"))
  }

  @Test("an output folder that disappears is an error at the next step")
  func vanishedFolder() throws {
    try writeLongRecipe(steps: 100_000, every: 100_000)
    let run = try workspace.run("run", "recipe.yaml", signal: SIGCONT) {
      guard hasSteps(5) else { return false }
      try? FileManager.default.removeItem(at: workspace.file("out"))
      return true
    }
    #expect(run.exitCode == 5, "\(run.messages)")
    #expect(run.messages.contains("out/metrics.jsonl: was removed while the run was writing to it"), "\(run.messages)")
  }

  @Test("data that changed since the run started are refused; with the old data the run resumes")
  func changedData() throws {
    try writeLongRecipe()
    let stopped = try workspace.run("run", "recipe.yaml", signal: SIGINT) { hasSteps(5) }
    #expect(stopped.exitCode == 130, "\(stopped.messages)")
    let metrics = try Data(contentsOf: workspace.file("out/metrics.jsonl"))
    let text = try String(contentsOf: workspace.file("train.jsonl"), encoding: .utf8)
    try workspace.write("train.jsonl", text.replacing("make 18", with: "make 19"))
    let refused = try workspace.run("run", "recipe.yaml", "--resume")
    workspace.expectRefusal(
      refused, code: 3, "train.jsonl: the examples are not those that the run was started with", output: nil)
    #expect(try Data(contentsOf: workspace.file("out/metrics.jsonl")) == metrics)
    try workspace.write("train.jsonl", text)
    #expect(try workspace.run("run", "recipe.yaml", "--resume").exitCode == 0)
  }

  /// These two time zones are 26 hours apart, so it is never the same day in both.
  @Test("a template that uses the date gets the day on which the run started", arguments: [nil, "2024-07-26"])
  func otherDay(date: String?) throws {
    try workspace.write(
      "model/chat_template.jinja",
      "{{ strftime_now('%d %b %Y') }} {% for m in messages %}{{ m.content + eos_token }}{% endfor %}")
    try workspace.write("model/tokenizer_config.json", #"{"eos_token": "</s>"}"#)
    try workspace.writeRecipe(
      data: "{train: train.jsonl, template: model\(date.map { ", date: \($0)" } ?? "")}",
      training: "{steps: 40, batch_size: 4}", more: "checkpoint: {every: 5}")
    func run(_ zone: String, _ arguments: String..., when isTime: (() -> Bool)? = nil) throws -> ProgramRun {
      try ProgramRun(
        ["run", "recipe.yaml", "--threads", "1"] + arguments, environment: ["TZ": zone],
        workingDirectory: workspace.path, signal: isTime.map { _ in SIGINT }, when: isTime ?? { false })
    }
    let stopped = try run("Etc/GMT+12", "--resume", when: { hasSteps(3) })
    #expect([0, 130].contains(stopped.exitCode), "\(stopped.messages)")
    let began = try String(contentsOf: workspace.file("out/recipe.yaml"), encoding: .utf8)
    if let date { #expect(began.contains("date: \"\(date)\"")) }
    let resumed = try run("Etc/GMT-14", "--resume")
    #expect(resumed.exitCode == 0, "\(resumed.messages)")
    #expect(try String(contentsOf: workspace.file("out/recipe.yaml"), encoding: .utf8) == began)
    let straight = try run("Etc/GMT+12", "output=straight")
    #expect(straight.exitCode == 0, "\(straight.messages)")
    #expect(try workspace.losses() == workspace.losses(in: "straight"))
    let other = try run("Etc/GMT-14", "output=other")
    #expect(other.exitCode == 0, "\(other.messages)")
    #expect(try workspace.losses() == workspace.losses(in: "other") || date == nil)
    #expect(try workspace.losses() != workspace.losses(in: "other") || date != nil)
  }

  @Test(
    "damaged small files of the model are reported",
    arguments: [
      ("generation_config.json", "{", ":1: not JSON: "),
      ("tokenizer_config.json", "[]", ": expected an object, found an array"),
      (
        "generation_config.json", #"{"eos_token_id": "</s>"}"#,
        ": eos_token_id: expected a token's id or a list of them"
      ),
    ])
  func damagedSmallFile(name: String, text: String, problem: String) throws {
    try workspace.write("model/\(name)", text)
    try workspace.writeRecipe()
    workspace.expectRefusal(try workspace.run("run", "recipe.yaml"), code: 3, "model/\(name)\(problem)")
  }

  @Test(
    "an output folder on a read-only file system", .enabled(if: mounts, "file systems cannot be mounted here"))
  func readOnly() throws {
    try writeLongRecipe()
    let folder = workspace.file("out").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try #require(Self.system("mount", "-t", "tmpfs", "-o", "size=1m,ro", "tmpfs", folder))
    defer { Self.system("umount", folder) }
    workspace.expectRefusal(
      try workspace.run("run", "recipe.yaml"), code: 5,
      "out: the output folder cannot be written: Read-only file system", output: nil)
  }

  @Test("settings that change no result may change on resume, with a warning")
  func changedRecipe() throws {
    try writeLongRecipe()
    #expect(try workspace.run("run", "recipe.yaml", signal: SIGTERM) { hasSteps(5) }.exitCode == 143)
    let resumed = try workspace.run("run", "recipe.yaml", "--resume", "checkpoint.every=100", "evaluation.every=75")
    #expect(resumed.exitCode == 0, "\(resumed.messages)")
    #expect(resumed.messages.contains("warning: checkpoint.every: 10 is now 100"), "\(resumed.messages)")
    #expect(resumed.messages.contains("warning: evaluation.every: 50 is now 75"), "\(resumed.messages)")
  }

  @Test("a run that resumes with another number of threads continues with the same numbers")
  func otherThreads() throws {
    try writeLongRecipe(steps: 500)
    #expect(try workspace.run("run", "recipe.yaml", signal: SIGTERM) { hasSteps(2) }.exitCode == 143)
    let resumed = try ProgramRun(
      ["run", "recipe.yaml", "--resume", "--threads", "2"], workingDirectory: workspace.path)
    #expect(resumed.exitCode == 0 && !resumed.messages.contains("warning:"), "\(resumed.messages)")
    #expect(try workspace.run("run", "recipe.yaml", "output=straight").exitCode == 0)
    #expect(try workspace.losses() == workspace.losses(in: "straight"))
  }

  @Test("a second process on the same folder is refused; the lock of a dead one is ignored")
  func twoProcesses() throws {
    try writeLongRecipe(steps: 100_000)
    var second: ProgramRun?
    let first = try workspace.run("run", "recipe.yaml", signal: SIGKILL) {
      guard hasSteps(20) else { return false }
      second = try? workspace.run("run", "recipe.yaml", "--overwrite")
      return true
    }
    #expect(first.exitCode == SIGKILL)
    workspace.expectRefusal(
      try #require(second), code: 2, "out: another process is writing to this output folder", output: nil)
    #expect(workspace.has("out/.lock") && hasSteps(20))
    let replaced = try workspace.run("run", "recipe.yaml", "--overwrite", "training.steps=3")
    #expect(replaced.exitCode == 0, "\(replaced.messages)")
  }

  @Test("a second SIGINT ends the program at once, and damages nothing")
  func twice() throws {
    // A step that takes much longer than the time between the signals.
    let records = (0..<8000).map { #"{"prompt": "\#($0) and \#($0)", "completion": " make \#(2 * $0)"}"# }
    try workspace.write("train.jsonl", records.joined(separator: "\n"))
    try workspace.writeRecipe(training: "{steps: 50, batch_size: 8000, micro_batch_size: 10}")
    let run = try workspace.run("run", "recipe.yaml", signal: SIGINT, times: 2) { hasSteps(1) }
    #expect(run.exitCode == 130, "\(run.messages)")
    #expect(!run.messages.contains("Stopped.") && !workspace.has("out/last.h5"))
    #expect(try workspace.run("run", "recipe.yaml", "--resume", "--dry-run").exitCode == 0)
  }

  @Test("a weight that is not finite: steps are skipped, then the run ends and names the weight")
  func weightNotFinite() throws {
    let file = workspace.file("model/model.safetensors")
    var bytes = try Data(contentsOf: file)
    // The last value belongs to the last norm, which every token passes through.
    bytes.replaceSubrange((bytes.count - 4)..., with: [0, 0, 0xC0, 0x7F])
    try bytes.write(to: file)
    try workspace.writeRecipe(training: "{steps: 50, batch_size: 4, max_skipped: 3}")
    let run = try workspace.run("run", "recipe.yaml")
    #expect(run.exitCode == 4, "\(run.messages)")
    #expect(run.messages.contains("step 4: the loss or its gradient was not finite in 4 steps in a row"))
    #expect(run.messages.contains("the weight 'model.norm.weight' holds values that are not finite"), "\(run.messages)")
    let steps = try workspace.metrics("step")
    #expect(steps.count == 3 && steps.allSatisfy { $0["skipped"] as? Bool == true && $0["loss"] is NSNull })
    #expect(run.messages.contains("loss nan") && !run.messages.contains("-nan"), "\(run.messages)")
    let reason = "is not finite: the model's weight 'model.norm.weight' holds values that are not"
    workspace.expectRefusal(
      try workspace.run("generate", "--model", "model", "--prompt", "1 and"), code: 4,
      "the prediction of a token \(reason)", output: nil)
    workspace.expectRefusal(
      try workspace.run("evaluate", "--model", "model", "--data", "train.jsonl"), code: 4, "the loss \(reason)",
      output: nil)
    workspace.expectRefusal(
      try workspace.run("check-data", "recipe.yaml", "--model"), code: 4, "the loss of an answer \(reason)", output: nil
    )
  }

  @Test("a run that needs more memory than there is, is refused before the first step")
  func memory() throws {
    try workspace.writeRecipe(
      model: """
        {configuration: {hidden_size: 4096, intermediate_size: 16384, num_hidden_layers: 200, num_attention_heads: 32, \
        max_position_embeddings: 64}, tokenizer: model/tokenizer.json}
        """)
    let refused = try workspace.run("run", "recipe.yaml")
    workspace.expectRefusal(refused, code: 2, "this run needs about")
  }
}
