import Foundation
import Testing

@Suite("A model whose files contradict each other", .needsProgram)
struct ContradictionTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.writeRecipe()
  }

  @Test("two bases for rotary positions: each command that opens the model says which one it uses")
  func bases() throws {
    try workspace.writeRecipe("lora.yaml", output: "lora", more: "adapter: {method: lora}")
    #expect(try workspace.run("run", "lora.yaml").exitCode == 0)
    var model = TinyModel()
    model.configuration["rope_theta"] = 500
    model.configuration["rope_parameters"] = ["rope_theta": 10_000, "rope_type": "default"] as [String: Any]
    try model.write(to: workspace.file("model").path)
    let warning =
      "model/config.json: rope_theta is 500 and rope_parameters.rope_theta is 10000; the nested one is used"
    for arguments in [
      ["run", "recipe.yaml", "--dry-run"], ["validate", "recipe.yaml"], ["preview", "recipe.yaml"],
      ["check-data", "recipe.yaml"], ["estimate", "recipe.yaml"], ["inspect", "model"],
      ["evaluate", "--model", "model", "--data", "train.jsonl"], ["generate", "--model", "model", "--prompt", "1"],
      ["convert", "model", "copy.h5"],
      ["extract", "--model", "model", "--base", "model", "--rank", "2", "--output", "e"],
      ["merge", "--model", "model", "--adapter", "lora/adapter.h5", "--output", "merged"],
    ] {
      let run = try ProgramRun(arguments, workingDirectory: workspace.path)
      #expect(run.exitCode == 0 && run.messages.contains(warning), "\(arguments): \(run.messages)")
    }
  }

  /// The loss of a model on the records that `writeRecipe` trains on.
  private func loss(_ model: String, _ precision: String) throws -> Double {
    let run = try workspace.run(
      "evaluate", "--model", model, "--data", "train.jsonl", "--template", "plain", "--precision", precision, "--json")
    let json = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    return try #require(json?["loss"] as? Double, "\(run.messages)")
  }

  @Test("a head beside a tied embedding is used, trained, converted and merged as if nothing were tied")
  func untied() throws {
    var model = TinyModel()
    model.tensors.append(("lm_head.weight", [259, 16]))
    try model.write(to: workspace.file("both").path)
    model.configuration["tie_word_embeddings"] = false
    try model.write(to: workspace.file("untied").path)
    for precision in ["float32", "bfloat16"] {
      let expected = try loss("untied", precision)
      #expect(try loss("both", precision) == expected)
      #expect(try abs(loss("model", precision) - expected) > 1e-4)
    }
    #expect(
      try workspace.run("convert", "both", "both.h5").messages.contains("differ; both are used, as in transformers"))
    #expect(try workspace.run("convert", "both.h5", "again").exitCode == 0)
    let expected = try loss("untied", "float32")
    #expect(try loss("both.h5", "float32") == expected && loss("again", "float32") == expected)
    for (model, output) in [("both", "one"), ("untied", "other")] {
      try workspace.writeRecipe(output: output, model: "{path: \(model)}")
      #expect(try workspace.run("run", "recipe.yaml").exitCode == 0)
    }
    #expect(try workspace.losses(in: "one") == workspace.losses(in: "other"))
    #expect(try loss("one/model.h5", "float32") == loss("other/model.h5", "float32"))
    try workspace.writeRecipe(output: "lora", model: "{path: both}", more: "adapter: {method: lora}")
    #expect(try workspace.run("run", "recipe.yaml").exitCode == 0)
    #expect(
      try workspace.run("merge", "--model", "both", "--adapter", "lora/adapter.h5", "--output", "merged").exitCode == 0)
    let written = try String(contentsOf: workspace.file("merged/config.json"), encoding: .utf8)
    #expect(written.contains(#""tie_word_embeddings":false"#))
  }

  @Test("options of generation_config.json that are not applied are named before text is written")
  func generation() throws {
    try workspace.write("model/generation_config.json", #"{"repetition_penalty": 1.3, "eos_token_id": [9, 256]}"#)
    let run = try workspace.run("generate", "--model", "model", "--prompt", "1", "--max-new-tokens", "2")
    #expect(run.exitCode == 0)
    #expect(
      run.messages.contains(
        "model/generation_config.json: repetition_penalty 1.3: not applied; sampling follows the command's options"))
  }
}
