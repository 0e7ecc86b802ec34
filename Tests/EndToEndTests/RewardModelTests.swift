import Foundation
import StrictJSON
import TestSupport
import Testing

@Suite("Reward models", .needsProgram)
struct RewardModelTests {
  private let workspace: Workspace
  private static let data = "{train: pairs.jsonl, held_out: held-out.jsonl, template: plain}"
  private static let lora = "adapter: {method: lora, rank: 4, targets: all}\n"
  private static let reward = "objective: reward\noptimizer: {learning_rate: 1.0e-2, weight_decay: 0}"

  /// Writes pairs in which the better answer has more b than a.
  init() throws {
    workspace = try Workspace()
    func pairs(_ range: Range<Int>) -> String {
      range.map { #"{"prompt": "q\#($0)", "chosen": "ba\#($0 % 7)bb", "rejected": "ab\#($0 % 5)aa"}"# }
        .joined(separator: "\n")
    }
    try workspace.write("pairs.jsonl", pairs(0..<32))
    try workspace.write("held-out.jsonl", pairs(40..<60))
  }

  private func train(_ more: String = "", _ output: String = "out") throws {
    try workspace.writeRecipe(
      output: output, data: Self.data, training: "{steps: 40, batch_size: 8}", more: more + Self.reward)
    let run = try workspace.run("run", "recipe.yaml")
    try #require(run.exitCode == 0, "\(run.messages)")
  }

  private func json(_ arguments: String...) throws -> JSONValue {
    let run = try ProgramRun(arguments + ["--json", "--threads", "1"], workingDirectory: workspace.path)
    try #require(run.exitCode == 0, "\(run.messages)")
    return try JSONValue(parsing: run.output.utf8)
  }

  @Test("learn a preference, report scores, and are evaluated as in training", arguments: [false, true])
  func training(hasAdapter: Bool) throws {
    try train(hasAdapter ? Self.lora : "")
    #expect((try json("estimate", "recipe.yaml")["peak_memory_bytes"]?.intValue ?? 0) > 0)
    let last = try #require(try workspace.metrics("evaluation").last)
    #expect(try #require(last["accuracy"] as? Double) > 0.9)
    #expect(last["perplexity"] is NSNull && last["chosen_log_probability"] is NSNull)
    for key in ["chosen_reward", "rejected_reward", "margin", "accuracy"] {
      for step in try workspace.metrics("step") { #expect(step[key] is Double, "\(key)") }
    }
    let model = hasAdapter ? ["--model", "model", "--adapter", "out/adapter.h5"] : ["--model", "out/model.h5"]
    let run = try ProgramRun(
      ["evaluate"] + model + ["--data", "held-out.jsonl", "--json", "--threads", "1"], workingDirectory: workspace.path)
    #expect(run.exitCode == 0, "\(run.messages)")
    let found = try JSONValue(parsing: run.output.utf8)
    for key in ["loss", "chosen_reward", "rejected_reward", "margin", "accuracy"] {
      #expect(abs((found[key]?.doubleValue ?? .nan) - (last[key] as? Double ?? 0)) < 1e-4, "\(key)")
    }
    let scores = try #require(found["scores"]?.arrayValue)
    #expect(scores.count == 20 && scores[3]["line"] == 4)
    let right = scores.count { ($0["chosen"]?.doubleValue ?? 0) > ($0["rejected"]?.doubleValue ?? 0) }
    #expect(Double(right) / 20 == last["accuracy"] as? Double)
    // Evaluating the recipe gives the same.
    let again = try ProgramRun(
      ["evaluate", "recipe.yaml"] + model + ["--json", "--threads", "1"], workingDirectory: workspace.path)
    #expect(try JSONValue(parsing: again.output.utf8)["margin"] == found["margin"], "\(again.messages)")
  }

  @Test("score single answers, one for each record")
  func singleAnswers() throws {
    try train()
    try workspace.write(
      "answers.jsonl", #"{"prompt": "q1", "completion": "ba1bb"}"# + "\n" + #"{"prompt": "q1", "completion": "ab1aa"}"#)
    let found = try json("evaluate", "--model", "out/model.h5", "--data", "answers.jsonl")
    let scores = try #require(found["scores"]?.arrayValue?.compactMap { $0["score"]?.doubleValue })
    #expect(scores.count == 2 && scores[0] > scores[1])
    #expect(abs((found["mean_score"]?.doubleValue ?? .nan) - (scores[0] + scores[1]) / 2) < 1e-6)
    #expect(found["loss"] == nil && found["margin"] == nil)
    let table = try workspace.run("evaluate", "--model", "out/model.h5", "--data", "answers.jsonl").output
    #expect(table.contains("mean score"), "\(table)")
  }

  @Test("give the same losses when stopped and resumed as without a stop")
  func resumption() throws {
    try workspace.writeRecipe(
      data: Self.data, training: "{steps: 120, batch_size: 8, micro_batch_size: 3}",
      more: Self.lora + Self.reward + "\nevaluation: {every: 1000}\ncheckpoint: {every: 7}")
    let stopped = try workspace.run("run", "recipe.yaml", signal: SIGINT) {
      ((try? workspace.losses().count) ?? 0) >= 3
    }
    #expect(stopped.exitCode == 130, "\(stopped.messages)")
    #expect(try workspace.run("run", "recipe.yaml", "--resume").exitCode == 0)
    #expect(try workspace.run("run", "recipe.yaml", "output=straight").exitCode == 0)
    #expect(try workspace.losses() == workspace.losses(in: "straight"))
    #expect(
      try Data(contentsOf: workspace.file("out/adapter.h5")).count
        == Data(contentsOf: workspace.file("straight/adapter.h5")).count)
  }

  @Test("an adapter is merged, converted and trained further; every form has the same scores")
  func forms() throws {
    try train(Self.lora)
    let merge = try workspace.run("merge", "--model", "model", "--adapter", "out/adapter.h5", "--output", "merged.h5")
    #expect(merge.exitCode == 0, "\(merge.messages)")
    for (from, to) in [("merged.h5", "folder"), ("folder", "again.h5"), ("out/adapter.h5", "adapter")] {
      #expect(try workspace.run("convert", from, to).exitCode == 0)
    }
    func margin(_ model: String...) throws -> Double {
      let run = try ProgramRun(
        ["evaluate", "--model"] + model + ["--data", "held-out.jsonl", "--template", "plain", "--json"],
        workingDirectory: workspace.path)
      #expect(run.exitCode == 0, "\(run.messages)")
      return try #require(try JSONValue(parsing: run.output.utf8)["margin"]?.doubleValue)
    }
    let expected = try margin("model", "--adapter", "out/adapter.h5")
    for found in try [
      margin("model", "--adapter", "adapter"), margin("merged.h5"), margin("folder"), margin("again.h5"),
    ] { #expect(abs(found - expected) < 1e-4) }
    let configuration = try JSONValue(parsing: Data(contentsOf: workspace.file("folder/config.json")))
    #expect(configuration["architectures"] == ["LlamaForSequenceClassification"])
    let adapter = try JSONValue(parsing: Data(contentsOf: workspace.file("adapter/adapter_config.json")))
    #expect(adapter["task_type"] == "SEQ_CLS" && adapter["modules_to_save"] == ["score"])
    let inspection = try workspace.run("inspect", "merged.h5").output
    #expect(inspection.contains("reward model") && inspection.contains("score.weight"), "\(inspection)")
    // Training can start from a reward model, with its head.
    let more = try workspace.run("run", "recipe.yaml", "output=more", "model.path=merged.h5", "adapter=null")
    #expect(more.exitCode == 0, "\(more.messages)")
    #expect(try workspace.metrics("evaluation", in: "more").first?["accuracy"] as? Double ?? 0 > 0.9)
  }

  @Test("have no head to write or learn tokens with, and messages say so")
  func refusals() throws {
    try train()
    let message = "is a reward model: it scores answers and has no language-model head"
    workspace.expectRefusal(
      try workspace.run("generate", "--model", "out/model.h5", "--prompt", "a"), code: 3, message, output: nil)
    workspace.expectRefusal(try workspace.run("chat", "--model", "out/model.h5"), code: 3, message, output: nil)
    try workspace.writeRecipe("sft.yaml", output: "never", model: "{path: out/model.h5}")
    for command in ["run", "estimate"] {
      workspace.expectRefusal(try workspace.run(command, "sft.yaml"), code: 3, message, output: "never")
    }
    workspace.expectRefusal(
      try workspace.run(
        "run", "sft.yaml", "model.path=model", "objective={method: dpo, reference: out/model.h5}",
        "data.train=pairs.jsonl"), code: 3, message, output: "never")
    workspace.expectRefusal(
      try workspace.run("evaluate", "--model", "out/model.h5", "--data", "train.jsonl", "--generate"), code: 3, message,
      output: nil)
    workspace.expectRefusal(
      try workspace.run("evaluate", "recipe.yaml", "--model", "model"), code: 3,
      "model: is a language model, and has no 'score.weight'", output: nil)
    workspace.expectRefusal(
      try workspace.run("run", "recipe.yaml", "output=never", "evaluation.prompts=[a]"), code: 2,
      "evaluation.prompts: a reward model scores answers and writes none", output: "never")
    workspace.expectRefusal(
      try workspace.run(
        "run", "recipe.yaml", "output=never", "adapter={method: lora, train_also: [lm_head]}"), code: 2,
      "a reward model has no lm_head", output: "never")
  }

  @Test(
    "are read by transformers and PEFT, with the same scores",
    .enabled(if: Python.isThere, "ATTUNE_PYTHON names no Python with torch, transformers and PEFT"))
  func transformers() throws {
    try train(Self.lora)
    #expect(try workspace.run("convert", "out/adapter.h5", "adapter").exitCode == 0)
    try train("", "full")
    #expect(try workspace.run("convert", "full/model.h5", "folder").exitCode == 0)
    try workspace.write("one.jsonl", #"{"ids": [97, 98, 99, 100, 256], "prompt_len": 2}"#)
    let attached = try json(
      "evaluate", "--model", "model", "--adapter", "out/adapter.h5", "--data", "one.jsonl")["mean_score"]?.doubleValue
    let full = try json("evaluate", "--model", "full/model.h5", "--data", "one.jsonl")["mean_score"]?.doubleValue
    let python = try Python.run(
      Self.script, arguments: [workspace.path], in: URL(fileURLWithPath: workspace.path))
    try #require(python.status == 0, "\(python.errors)")
    let found = try JSONValue(parsing: Data(contentsOf: workspace.file("found.json")))
    #expect(abs((found["full"]?.doubleValue ?? .nan) - (full ?? 0)) < 1e-4)
    #expect(abs((found["adapter"]?.doubleValue ?? .nan) - (attached ?? 0)) < 1e-4)
    #expect(found["class"] == "LlamaForSequenceClassification")
    // Attune reads what PEFT writes.
    let theirs = try json("evaluate", "--model", "model", "--adapter", "theirs", "--data", "one.jsonl")
    #expect(abs((theirs["mean_score"]?.doubleValue ?? .nan) - (found["theirs"]?.doubleValue ?? 0)) < 1e-4)
  }

  private static let script = """
    import json, sys, torch
    from peft import LoraConfig, PeftModel, get_peft_model
    from transformers import AutoConfig, AutoModelForSequenceClassification
    import transformers
    folder = sys.argv[1] + "/"
    ids = torch.tensor([[97, 98, 99, 100, 256]])
    def score(model):
        with torch.no_grad(): return model.eval()(input_ids=ids).logits.item()
    def base():
        return AutoModelForSequenceClassification.from_pretrained(folder + "model", num_labels=1, dtype=torch.float32)
    architecture = AutoConfig.from_pretrained(folder + "folder").architectures[0]
    found = {"class": architecture}
    found["full"] = score(getattr(transformers, architecture).from_pretrained(folder + "folder", dtype=torch.float32))
    found["adapter"] = score(PeftModel.from_pretrained(base(), folder + "adapter"))
    model = get_peft_model(base(), LoraConfig(r=2, lora_alpha=4, task_type="SEQ_CLS"))
    torch.manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad: parameter.add_(0.05 * torch.randn_like(parameter))
    model.save_pretrained(folder + "theirs")
    found["theirs"] = score(PeftModel.from_pretrained(base(), folder + "theirs"))
    json.dump(found, open(folder + "found.json", "w"))
    """
}
