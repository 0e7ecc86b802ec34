import Foundation
import Testing

/// `--resume` in a folder that changed after the run wrote it.
@Suite("Resuming in a changed folder", .needsProgram)
struct ResumeFaultTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func writeRecipe(steps: Int = 12, keep: Int = 2, more: String = "") throws {
    try workspace.writeRecipe(
      data: "{train: train.jsonl, held_out: train.jsonl, template: plain}",
      training: "{steps: \(steps), batch_size: 4, result: last}",
      more: "evaluation: {every: 4}\ncheckpoint: {every: 4, keep: \(keep)}\n\(more)")
  }

  /// Makes a run of 12 steps as it was after step 8.
  private func stopAfterStep8() throws {
    let run = try workspace.run("run", "recipe.yaml")
    #expect(run.exitCode == 0, "\(run.messages)")
    try removeLastSteps()
  }

  /// Removes what was written after step 8.
  private func removeLastSteps() throws {
    for name in ["last.h5", "model.h5", "adapter.h5"] where workspace.has("out/\(name)") {
      try FileManager.default.removeItem(at: workspace.file("out/\(name)"))
    }
  }

  private func resume(_ overrides: String...) throws -> ProgramRun {
    try ProgramRun(
      ["run", "recipe.yaml", "--resume", "--threads", "1"] + overrides, workingDirectory: workspace.path)
  }

  @Test("another configuration of the model", arguments: ["", "adapter: {method: lora, rank: 2, targets: all}"])
  func otherConfiguration(adapter: String) throws {
    try writeRecipe(more: adapter)
    try stopAfterStep8()
    var model = workspace.model
    model.configuration["rope_theta"] = 500_000
    try JSONSerialization.data(withJSONObject: model.configuration).write(to: workspace.file("model/config.json"))
    let refused = try resume()
    workspace.expectRefusal(
      refused, code: 3, "model: the model's configuration is not what the run was started with", output: nil)
  }

  @Test("another reference, or changed scores of it")
  func otherReference() throws {
    let pairs = (0..<8).map { #"{"prompt": "say \#($0)", "chosen": "yes \#($0)", "rejected": "no, never"}"# }
    try workspace.write("pairs.jsonl", pairs.joined(separator: "\n"))
    try workspace.writeRecipe(
      data: "{train: pairs.jsonl, template: plain}", training: "{steps: 12, batch_size: 4}",
      more: "objective: {method: dpo}\ncheckpoint: {every: 4, keep: 2}")
    try stopAfterStep8()
    let scores = try String(contentsOf: workspace.file("out/reference.json"), encoding: .utf8)
    try workspace.write("out/reference.json", scores.replacing(#""chosen":[-"#, with: #""chosen":[-9"#))
    let resumed = try resume()
    #expect(resumed.exitCode == 0, "\(resumed.messages)")
    #expect(try String(contentsOf: workspace.file("out/reference.json"), encoding: .utf8) == scores)

    try removeLastSteps()
    let file = workspace.file("model/model.safetensors")
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count - 2] ^= 1
    try bytes.write(to: file)
    workspace.expectRefusal(
      try resume(), code: 3, "the reference's weights and configuration are not what the run was started with",
      output: nil)
  }

  @Test("another recipe, even if recipe.yaml is gone")
  func noRecipe() throws {
    try writeRecipe()
    try stopAfterStep8()
    try FileManager.default.removeItem(at: workspace.file("out/recipe.yaml"))
    workspace.expectRefusal(
      try resume("optimizer.learning_rate=0.5"), code: 2, "optimizer.learning_rate: 0.0003 is now 0.5", output: nil)
    #expect(try resume().exitCode == 0)
  }

  @Test("other evaluations, if they decide which weights are the result")
  func otherEvaluations() throws {
    try writeRecipe()
    #expect(try workspace.run("run", "recipe.yaml", "training.result=best").exitCode == 0)
    workspace.expectRefusal(
      try resume("training.result=best", "evaluation.every=3"), code: 2, "evaluation.every: 4 is now 3", output: nil)
  }

  @Test("best weights that are lost")
  func noBest() throws {
    try writeRecipe()
    #expect(try workspace.run("run", "recipe.yaml", "training.result=best").exitCode == 0)
    for name in ["best.h5", "model.h5"] { try FileManager.default.removeItem(at: workspace.file("out/\(name)")) }
    let resumed = try resume("training.result=best")
    #expect(resumed.exitCode == 0, "\(resumed.messages)")
    #expect(resumed.messages.contains("the best weights are lost, and the last ones are the result"))
    #expect(try workspace.metrics("end").map { $0["weights"] as? String } == ["last"])
  }

  @Test("a run that was killed while it wrote its result writes it on resume", arguments: ["report.html", "model.h5"])
  func unfinished(name: String) throws {
    try writeRecipe()
    #expect(try workspace.run("run", "recipe.yaml").exitCode == 0)
    let result = try Data(contentsOf: workspace.file("out/model.h5"))
    let steps = try workspace.metrics("step").count
    try workspace.write("out/\(name)", "half of it")
    if name == "report.html" { try FileManager.default.removeItem(at: workspace.file("out/\(name)")) }
    #expect(try resume().exitCode == 0)
    #expect(workspace.has("out/report.html"))
    #expect(try Data(contentsOf: workspace.file("out/model.h5")) == result)
    #expect(try workspace.metrics("step").count == steps)
    #expect(try workspace.metrics("end").count == 1)
    #expect(try resume().messages.contains("Nothing to do"))
  }

  @Test("a checkpoint that is a broken link is passed over with a warning")
  func link() throws {
    try writeRecipe()
    try stopAfterStep8()
    try FileManager.default.createSymbolicLink(
      atPath: workspace.file("out/last.h5").path, withDestinationPath: "nowhere.h5")
    let resumed = try resume()
    #expect(resumed.exitCode == 0, "\(resumed.messages)")
    let skipped =
      "last.h5: is a symbolic link to a file that does not exist; expected a file; the checkpoint is skipped"
    #expect(resumed.messages.contains(skipped), "\(resumed.messages)")
    #expect(resumed.messages.contains("after step 8"), "\(resumed.messages)")
  }

  @Test("no checkpoint at all: the run starts over and says so")
  func nothing() throws {
    try writeRecipe(keep: 1)
    try stopAfterStep8()
    let resumed = try resume()
    #expect(resumed.exitCode == 0, "\(resumed.messages)")
    #expect(
      resumed.messages.contains("out: holds no checkpoint yet; the run starts from the beginning"),
      "\(resumed.messages)")
    #expect(try workspace.metrics("step").count == 12)
  }

  @Test("a checkpoint that somebody removes during a run does no harm")
  func removed() throws {
    try writeRecipe(steps: 200)
    let run = try workspace.run("run", "recipe.yaml", signal: SIGCONT) {
      guard workspace.has("out/step-8.h5") else { return false }
      try? FileManager.default.removeItem(at: workspace.file("out/last.h5"))
      return true
    }
    #expect(run.exitCode == 0, "\(run.messages)")
  }

  @Test("diverging weights do not replace a good checkpoint")
  func divergence() throws {
    try writeRecipe(steps: 40)
    let run = try workspace.run(
      "run", "recipe.yaml", "output=wild", "optimizer.learning_rate=1e38", "schedule.warmup_steps=0",
      "training.max_skipped=3", "checkpoint.every=1")
    #expect(run.exitCode == 4, "\(run.messages)")
    #expect(!workspace.has("wild/last.h5") && !workspace.has("wild/model.h5"))
  }
}
