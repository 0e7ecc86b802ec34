import Foundation
import Testing

@Suite("attune run", .needsProgram)
struct RunTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test("leaves the documented files, and its model has the last held-out loss")
  func files() throws {
    try workspace.writeRecipe(data: "{train: train.jsonl, held_out: train.jsonl, template: plain}")
    let run = try workspace.run("run", "recipe.yaml")
    #expect(run.exitCode == 0, "\(run.messages)")
    #expect(run.output.isEmpty)
    for name in ["recipe.yaml", "metrics.jsonl", "last.h5", "best.h5", "model.h5"] {
      #expect(workspace.has("out/\(name)"), "\(name)")
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: workspace.file("out").path)
    #expect(!left.contains { $0.contains("partial") || $0 == ".lock" }, "\(left)")
    #expect(try workspace.metrics("start").count == 1)
    #expect(try workspace.metrics("end").count == 1)
    #expect(try workspace.metrics("step").compactMap { $0["step"] as? Int } == [1, 2, 3, 4])
    let evaluations = try workspace.metrics("evaluation")
    #expect(evaluations.compactMap { $0["step"] as? Int } == [0, 4])

    let evaluated = try workspace.run("evaluate", "--model", "out/model.h5", "--data", "train.jsonl", "--json")
    let result = try #require(try JSONSerialization.jsonObject(with: Data(evaluated.output.utf8)) as? [String: Any])
    #expect(result["loss"] as? Double == evaluations.last?["loss"] as? Double)
    #expect(result["examples"] as? Int == 10)

    // The file is complete: it includes the tokenizer.
    try workspace.write("text.txt", "12")
    #expect(try workspace.run("tokenize", "--model", "out/model.h5", "text.txt").output == "49 50\n")
    let inspection = try workspace.run("inspect", "out/model.h5", "--json")
    #expect(inspection.output.contains(#""kind":"model","form":"Attune HDF5 file""#), "\(inspection.output.prefix(80))")
  }

  @Test("runs again from the resolved recipe it wrote")
  func resolvedRecipe() throws {
    try workspace.writeRecipe()
    #expect(try workspace.run("run", "recipe.yaml").exitCode == 0)
    let again = try workspace.run("run", "out/recipe.yaml", "output=again")
    #expect(again.exitCode == 0, "\(again.messages)")
    #expect(try workspace.losses() == workspace.losses(in: "again"))
  }

  @Test("overrides replace what the recipe says")
  func overrides() throws {
    try workspace.writeRecipe()
    let run = try workspace.run("run", "recipe.yaml", "training.steps=2", "optimizer.learning_rate=1e-5")
    #expect(run.exitCode == 0, "\(run.messages)")
    #expect(try workspace.losses().count == 2)
    let resolved = try String(contentsOf: workspace.file("out/recipe.yaml"), encoding: .utf8)
    #expect(resolved.contains("learning_rate: 1e-05") || resolved.contains("learning_rate: 1.0e-05"), "\(resolved)")
  }

  @Test("a dry run takes one step and writes nothing")
  func dryRun() throws {
    try workspace.writeRecipe()
    let run = try workspace.run("run", "recipe.yaml", "--dry-run")
    #expect(run.exitCode == 0, "\(run.messages)")
    #expect(run.messages.contains("step 1/4"))
    #expect(!run.messages.contains("step 2/4"))
    #expect(!workspace.has("out"))
  }

  @Test("starts from random weights if the recipe gives a configuration")
  func randomWeights() throws {
    try workspace.writeRecipe(
      model: """
        {configuration: {hidden_size: 16, intermediate_size: 32, num_hidden_layers: 1, num_attention_heads: 2, \
        max_position_embeddings: 64}, tokenizer: model/tokenizer.json}
        """)
    let run = try workspace.run("run", "recipe.yaml")
    #expect(run.exitCode == 0, "\(run.messages)")
    let text = try workspace.run("generate", "--model", "out/model.h5", "--prompt", "1", "--max-new-tokens", "2")
    #expect(text.exitCode == 0, "\(text.messages)")
  }

  @Test("a folder that holds a run is refused, resumed or replaced")
  func existingRun() throws {
    try workspace.writeRecipe()
    #expect(try workspace.run("run", "recipe.yaml").exitCode == 0)
    let before = try Data(contentsOf: workspace.file("out/metrics.jsonl"))
    let refused = try workspace.run("run", "recipe.yaml")
    workspace.expectRefusal(refused, code: 2, "out: the output folder already holds a run", output: nil)
    #expect(refused.messages.contains("--resume") && refused.messages.contains("--overwrite"))
    let finished = try workspace.run("run", "recipe.yaml", "--resume")
    #expect(finished.exitCode == 0)
    #expect(finished.messages.contains("Nothing to do"))
    #expect(try Data(contentsOf: workspace.file("out/metrics.jsonl")) == before)
    let changed = try workspace.run("run", "recipe.yaml", "--resume", "optimizer.weight_decay=0.5")
    workspace.expectRefusal(changed, code: 2, "optimizer.weight_decay: 0.1 is now 0.5", output: nil)
    let replaced = try workspace.run("run", "recipe.yaml", "--overwrite", "training.steps=2")
    #expect(replaced.exitCode == 0, "\(replaced.messages)")
    #expect(try workspace.losses().count == 2)
    #expect(try workspace.run("run", "recipe.yaml", "--resume", "--overwrite").exitCode == 2)
  }

  @Test(
    "saves its state when interrupted; resuming gives the same as an uninterrupted run", arguments: [SIGINT, SIGTERM])
  func interruption(signal: Int32) throws {
    try workspace.writeRecipe(
      data: "{train: train.jsonl, held_out: train.jsonl, template: plain}",
      training: "{steps: 100, batch_size: 4, micro_batch_size: 2}",
      more: "evaluation: {every: 17}\ncheckpoint: {every: 10, keep: 2}")
    let stopped = try workspace.run("run", "recipe.yaml", signal: signal) {
      ((try? workspace.losses().count) ?? 0) >= 11
    }
    #expect(stopped.exitCode == 128 + signal, "\(stopped.messages)")
    #expect(stopped.messages.contains("attune run recipe.yaml --resume"))
    #expect(workspace.has("out/last.h5"))
    #expect(!workspace.has("out/model.h5"))
    let done = try workspace.losses().count
    #expect(11..<100 ~= done)

    let resumed = try workspace.run("run", "recipe.yaml", "--resume")
    #expect(resumed.exitCode == 0, "\(resumed.messages)")
    #expect(resumed.messages.contains("Resuming after step \(done)."))
    #expect(try workspace.run("run", "recipe.yaml", "output=straight").exitCode == 0)
    #expect(try workspace.losses() == workspace.losses(in: "straight"))
    #expect(
      try workspace.metrics("evaluation").map { $0["loss"] as? Double }
        == workspace.metrics("evaluation", in: "straight").map { $0["loss"] as? Double })
    // The first member is the loss.
    let losses = try ["out", "straight"].map { folder in
      try workspace.run("evaluate", "--model", "\(folder)/model.h5", "--data", "train.jsonl", "--json").output
        .prefix { $0 != "," }
    }
    #expect(losses[0] == losses[1])
  }
}
