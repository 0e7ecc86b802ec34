import Foundation
import StrictJSON
import TestSupport
import Testing

@Suite("attune merge, convert and extract", .needsProgram)
struct ExchangeTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// Trains an adapter for a few steps.
  private func train(_ adapter: String, output: String = "out") throws {
    try workspace.writeRecipe(
      output: output, data: "{train: train.jsonl, template: chatml}",
      more: "optimizer: {learning_rate: 0.05}\nschedule: {warmup_steps: 1}\nadapter: \(adapter)")
    let run = try workspace.run("run", "recipe.yaml")
    try #require(run.exitCode == 0, "\(run.messages)")
    #expect(run.messages.contains("attune generate --model model --adapter \(output)/adapter.h5 --chat"))
  }

  private func json(_ arguments: String...) throws -> JSONValue {
    let run = try ProgramRun(arguments + ["--json"], workingDirectory: workspace.path)
    try #require(run.exitCode == 0, "\(run.messages)")
    return try JSONValue(parsing: run.output.utf8)
  }

  private func loss(_ arguments: String...) throws -> Double {
    let run = try ProgramRun(
      ["evaluate", "--data", "train.jsonl", "--json"] + arguments, workingDirectory: workspace.path)
    try #require(run.exitCode == 0, "\(run.messages)")
    return try #require(try JSONValue(parsing: run.output.utf8)["loss"]?.doubleValue)
  }

  @Test(
    "a merged model is the base with its adapter",
    arguments: [
      "{method: lora, rank: 4}", "{method: lora, rank: 4, initialization: pissa, train_also: [embed_tokens]}",
      "{method: dora, rank: 4, targets: all}", "{method: ia3}", "{method: bias_norm}",
    ])
  func merge(_ adapter: String) throws {
    try train(adapter)
    let report = try json("merge", "--model", "model", "--adapter", "out/adapter.h5", "--output", "new/merged")
    #expect(report["precision"] == "float32")
    #expect(try #require(report["largest_difference"]?.doubleValue) < 1e-4)
    let attached = try loss("--model", "model", "--adapter", "out/adapter.h5")
    #expect(abs(try loss("--model", "new/merged") - attached) < 1e-4)
    #expect(abs(try loss("--model", "model") - attached) > 1e-3, "the adapter changes nothing")

    for name in [
      "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja",
      "generation_config.json", "attune.json",
    ] {
      #expect(workspace.has("new/merged/\(name)"), "\(name)")
    }
    let generation = try JSONValue(parsing: Data(contentsOf: workspace.file("new/merged/generation_config.json")))
    #expect(generation["eos_token_id"] == [256, 258])

    let half = try workspace.run(
      "merge", "--model", "new/merged", "--adapter", "out/adapter.h5", "--output", "half.h5", "--precision", "bfloat16")
    workspace.expectRefusal(half, code: 3, "the adapter was made for another base", output: "half.h5")
    let again = try workspace.run("merge", "--model", "model", "--adapter", "out/adapter.h5", "--output", "new/merged")
    workspace.expectRefusal(again, code: 2, "new/merged: the folder already contains", output: nil)
    let file = try json(
      "merge", "--model", "model", "--adapter", "out/adapter.h5", "--output", "new/half.h5", "--precision", "bfloat16")
    #expect(file["precision"] == "bfloat16")
    #expect(try #require(file["largest_difference"]?.doubleValue) < 0.2)
    #expect(abs(try loss("--model", "new/half.h5") - attached) < 0.05)
  }

  @Test(
    "adapters that do not change weights cannot be merged",
    arguments: ["{method: prefix, length: 3}", "{method: prompt, length: 3}", "{method: bottleneck}"])
  func cannotMerge(_ adapter: String) throws {
    try train(adapter)
    let run = try workspace.run("merge", "--model", "model", "--adapter", "out/adapter.h5", "--output", "merged")
    workspace.expectRefusal(run, code: 3, "adapter cannot be merged", output: "merged")
  }

  @Test(
    "the adapter in a checkpoint can be used and converted",
    arguments: ["{method: lora, rank: 4, initialization: pissa}", "{method: prefix, length: 3}"])
  func checkpoint(_ adapter: String) throws {
    try train(adapter)
    let expected = try loss("--model", "model", "--adapter", "out/adapter.h5")
    #expect(abs(try loss("--model", "model", "--adapter", "out/last.h5") - expected) < 1e-4)
    #expect(try json("convert", "out/last.h5", "new/peft")["kind"] == "adapter")
    #expect(abs(try loss("--model", "model", "--adapter", "new/peft") - expected) < 1e-4)
    // The same as converting the run's own result.
    #expect(try workspace.run("convert", "out/adapter.h5", "other").exitCode == 0)
    let names = ["adapter_config.json", "adapter_model.safetensors"]
    for name in names {
      #expect(
        try Data(contentsOf: workspace.file("new/peft/\(name)")) == Data(contentsOf: workspace.file("other/\(name)")))
    }
    // And back: the folder keeps the digest of the base.
    #expect(try workspace.run("convert", "other", "back.h5").exitCode == 0)
    #expect(try workspace.run("convert", "back.h5", "again").exitCode == 0)
    for name in names + ["attune.json"] {
      #expect(
        try Data(contentsOf: workspace.file("again/\(name)")) == Data(contentsOf: workspace.file("other/\(name)")))
    }
    #expect(try json("inspect", "again")["provenance"]?["base_digest"]?.stringValue?.count == 64)
  }

  @Test("inspect describes an adapter")
  func inspect() throws {
    try train("{method: lora, rank: 4, alpha: 6}")
    let adapter = try #require(try json("inspect", "out/adapter.h5")["adapter"])
    #expect(adapter["method"] == "lora")
    #expect(adapter["summary"]?.stringValue?.contains("scale α / r = 1.5") ?? false)
    #expect(adapter["base"]?.stringValue?.hasSuffix("model") ?? false)
    let text = try workspace.run("inspect", "out/last.h5").output
    #expect(text.contains("LoRA of rank 4 on q_proj, v_proj"))
  }

  @Test("a damaged adapter is an error, never a fresh one")
  func damaged() throws {
    try train("{method: lora, rank: 4}")
    var bytes = try Data(contentsOf: workspace.file("out/adapter.h5"))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: workspace.file("out/adapter.h5"))
    let run = try workspace.run("generate", "--model", "model", "--adapter", "out/adapter.h5", "--prompt", "a")
    workspace.expectRefusal(run, code: 3, "out/adapter.h5", output: nil)
    let merge = try workspace.run("merge", "--model", "model", "--adapter", "out/adapter.h5", "--output", "merged")
    workspace.expectRefusal(merge, code: 3, "out/adapter.h5", output: "merged")
  }

  @Test("a fully trained model becomes an adapter, and the share that it keeps is reported")
  func extract() throws {
    try workspace.writeRecipe(more: "optimizer: {learning_rate: 0.01}\nschedule: {warmup_steps: 1}")
    #expect(try workspace.run("run", "recipe.yaml").exitCode == 0)
    let arguments = ["extract", "--model", "out/model.h5", "--base", "model", "--rank", "8"]
    func extract(_ output: String, _ more: String...) throws -> JSONValue {
      let run = try ProgramRun(
        arguments + ["--output", output, "--json"] + more, workingDirectory: workspace.path)
      try #require(run.exitCode == 0, "\(run.messages)")
      return try JSONValue(parsing: run.output.utf8)
    }
    let report = try extract("new/peft")
    #expect(report["layers"]?.arrayValue?.count == 7)
    let (kept, ofAll) = (report["kept"]?.doubleValue ?? 0, report["kept_of_all"]?.doubleValue ?? 1)
    #expect(kept > 0.7 && kept <= 1 && ofAll < kept)
    #expect(report["others"]?.arrayValue?.count == 4)
    let whole = try extract("whole.h5", "--train-also", "embed_tokens", "norm")
    #expect(whole["kept_of_all"]?.doubleValue ?? 0 > ofAll)
    let (base, tuned) = (try loss("--model", "model"), try loss("--model", "out/model.h5"))
    let extracted = try loss("--model", "model", "--adapter", "whole.h5")
    #expect(abs(extracted - tuned) < 0.2 * abs(base - tuned), "\(base) \(tuned) \(extracted)")

    let table = try workspace.run(
      "extract", "--model", "out/model.h5", "--base", "model", "--rank", "2", "--output", "t")
    #expect(table.output.contains("q_proj") && table.output.contains("--train-also embed_tokens"), "\(table.output)")
    let large = try workspace.run(
      "extract", "--model", "out/model.h5", "--base", "model", "--rank", "99", "--output", "large")
    workspace.expectRefusal(large, code: 2, "--rank: 99 is more than", output: "large")
  }
}
