import Foundation
import Testing

@Suite("Learning from preferences", .needsProgram)
struct PreferenceTests {
  private let workspace: Workspace
  private static let dpo = "objective: {method: dpo}"
  private static let lora = "adapter: {method: lora, rank: 4, targets: all}\n"
  private static let data = "{train: pairs.jsonl, held_out: pairs.jsonl, template: plain}"

  init() throws {
    workspace = try Workspace()
    let pairs = (0..<8).map { #"{"prompt": "say \#($0)", "chosen": "yes \#($0)", "rejected": "no, never"}"# }
    try workspace.write("pairs.jsonl", pairs.joined(separator: "\n"))
  }

  private func evaluation(_ arguments: String...) throws -> [String: Any] {
    let run = try ProgramRun(
      ["evaluate"] + arguments + ["--json", "--threads", "1"], workingDirectory: workspace.path)
    #expect(run.exitCode == 0, "\(run.messages)")
    return try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
  }

  @Test("DPO with LoRA starts at log 2, reports rewards, and is evaluated against the model with the adapter off")
  func adapter() throws {
    try workspace.writeRecipe(
      data: Self.data, training: "{steps: 6, batch_size: 4, micro_batch_size: 2}",
      more: Self.lora + Self.dpo + "\noptimizer: {learning_rate: 1.0e-2}")
    let run = try workspace.run("run", "recipe.yaml")
    #expect(run.exitCode == 0, "\(run.messages)")
    let steps = try workspace.metrics("step")
    let first = try #require(steps.first)
    #expect(abs((first["loss"] as? Double ?? 0) - log(2)) < 1e-6)
    #expect(first["chosen_reward"] as? Double == 0 && first["margin"] as? Double == 0)
    // Each of four pairs has the prompt of 5 tokens twice, and answers of 5 and 9 tokens with an end token each.
    #expect(first["tokens"] as? Int == 4 * (2 * 5 + 6 + 10))
    let keys = [
      "chosen_reward", "rejected_reward", "margin", "accuracy", "chosen_log_probability", "rejected_log_probability",
    ]
    let evaluations = try workspace.metrics("evaluation")
    for event in steps + evaluations { for key in keys { #expect(event[key] is Double, "\(key)") } }
    let last = try #require(evaluations.last)
    #expect(last["accuracy"] as? Double == 1)
    #expect((last["margin"] as? Double ?? 0) > 0)
    #expect(run.messages.contains("margin") && run.messages.contains("right 100.0 %"), "\(run.messages)")
    #expect(!workspace.has("out/reference.json"))

    let found = try evaluation("recipe.yaml", "--model", "model", "--adapter", "out/adapter.h5")
    for key in keys + ["loss", "perplexity"] {
      #expect(abs((found[key] as? Double ?? .nan) - (last[key] as? Double ?? 0)) < 1e-4, "\(key)")
    }
    #expect(try evaluation("recipe.yaml")["margin"] as? Double == 0)
  }

  @Test("with full fine-tuning the reference scores once, and the scores are reused")
  func full() throws {
    try workspace.writeRecipe(
      data: Self.data, training: "{steps: 4, batch_size: 4}",
      more: Self.dpo + "\noptimizer: {learning_rate: 1.0e-3}\ncheckpoint: {every: 2}")
    let run = try workspace.run("run", "recipe.yaml")
    #expect(run.exitCode == 0, "\(run.messages)")
    #expect(run.messages.contains("The reference has scored 16 records"), "\(run.messages)")
    #expect(abs(try #require(workspace.losses().first) - log(2)) < 1e-6)
    let again = try workspace.run("run", "recipe.yaml", "--overwrite")
    #expect(again.exitCode == 0 && !again.messages.contains("The reference has scored"), "\(again.messages)")
    #expect(try workspace.metrics("step").count == 4)
    // Other records or other weights are scored again.
    let other = try workspace.run("run", "recipe.yaml", "--overwrite", "data.held_out=null")
    #expect(other.messages.contains("The reference has scored 8 records"), "\(other.messages)")

    // The trained model is evaluated against the one that the recipe starts from.
    #expect(try workspace.run("run", "recipe.yaml", "--overwrite").exitCode == 0)
    let last = try #require(try workspace.metrics("evaluation").last)
    let found = try evaluation("recipe.yaml", "--model", "out/model.h5")
    #expect(abs((found["margin"] as? Double ?? .nan) - (last["margin"] as? Double ?? 0)) < 1e-4)
  }

  @Test("a resumed run compares with the model that it started from")
  func resumption() throws {
    try workspace.writeRecipe(
      data: Self.data, training: "{steps: 60, batch_size: 4}",
      more: Self.dpo + "\nevaluation: {every: 1000}\ncheckpoint: {every: 7}")
    let stopped = try workspace.run("run", "recipe.yaml", signal: SIGINT) {
      ((try? workspace.losses().count) ?? 0) >= 3
    }
    #expect(stopped.exitCode == 130, "\(stopped.messages)")
    // Without the file the scores are computed again, with the weights before training.
    try FileManager.default.removeItem(at: workspace.file("out/reference.json"))
    #expect(try workspace.run("run", "recipe.yaml", "--resume").exitCode == 0)
    #expect(try workspace.run("run", "recipe.yaml", "output=straight").exitCode == 0)
    #expect(try workspace.losses() == workspace.losses(in: "straight"))
  }

  @Test("another model may be the reference, but not one with another vocabulary")
  func otherReference() throws {
    try workspace.writeRecipe(data: Self.data, more: Self.lora + Self.dpo)
    #expect(try workspace.run("run", "recipe.yaml", "output=plain").exitCode == 0)
    let same = try workspace.run("run", "recipe.yaml", "objective.reference=model")
    #expect(same.exitCode == 0, "\(same.messages)")
    #expect(workspace.has("out/reference.json"))
    for (one, other) in zip(try workspace.losses(), try workspace.losses(in: "plain")) {
      #expect(abs(one - other) < 1e-5)
    }

    var model = TinyModel()
    model.specialTokens = ["</s>", "<|im_end|>", "<|im_start|>"]
    try model.write(to: workspace.file("swapped").path)
    let swapped = try workspace.run("run", "recipe.yaml", "output=never", "objective.reference=swapped")
    workspace.expectRefusal(
      swapped, code: 2, "made for another vocabulary: token 257 is '<|im_end|>' to it and '<|im_start|>' to the model",
      output: "never")
    model = TinyModel()
    model.configuration["vocab_size"] = 300
    model.tensors[0].shape[0] = 300
    try model.write(to: workspace.file("larger").path)
    let larger = try workspace.run("validate", "recipe.yaml", "objective.reference=larger")
    workspace.expectRefusal(larger, code: 2, "it has 300 tokens, the model 259", output: nil)
    let missing = try workspace.run("run", "recipe.yaml", "output=never", "objective.reference=nowhere")
    workspace.expectRefusal(missing, code: 3, "nowhere", output: "never")
  }

  @Test(
    "the related methods run on the same pairs",
    arguments: [
      "{method: orpo}", "{method: simpo, sft_weight: 0.1}", "{method: kto}", "{method: dpo, loss: ipo}",
      "{method: dpo, loss: ipo, normalize: tokens}", "{method: dpo, loss: hinge}",
      "{method: dpo, loss: robust, label_smoothing: 0.1}", "{method: dpo, label_smoothing: 0.1, sft_weight: 1}",
    ])
  func relatives(objective: String) throws {
    try workspace.writeRecipe(
      data: Self.data, training: "{steps: 12, batch_size: 4}",
      more: "objective: \(objective)\noptimizer: {learning_rate: 3.0e-3, weight_decay: 0}")
    let run = try workspace.run("run", "recipe.yaml")
    #expect(run.exitCode == 0, "\(run.messages)")
    let losses = try workspace.metrics("evaluation").compactMap { $0["loss"] as? Double }
    #expect(try #require(losses.last) < losses[0])
    #expect(try workspace.metrics("evaluation").last?["accuracy"] as? Double == 1)
  }

  @Test("KTO reads single answers; there is no margin if all are of one kind")
  func judgements() throws {
    let records = (0..<6).map { index in
      #"{"prompt": "say \#(index)", "completion": "yes", "label": \#(index % 3 != 0)}"#
    }
    try workspace.write("judged.jsonl", records.joined(separator: "\n"))
    try workspace.write("good.jsonl", #"{"prompt": "say 7", "completion": "yes", "label": true}"#)
    try workspace.writeRecipe(
      data: "{train: judged.jsonl, held_out: good.jsonl, template: plain}",
      more: Self.lora + "objective: {method: kto}")
    let run = try workspace.run("run", "recipe.yaml")
    #expect(run.exitCode == 0, "\(run.messages)")
    let evaluation = try #require(try workspace.metrics("evaluation").first)
    #expect(evaluation["rejected_reward"] is NSNull && evaluation["margin"] is NSNull)
    #expect(evaluation["chosen_reward"] as? Double == 0)
  }

  @Test(
    "wrong pairs are reported with file and line",
    arguments: [
      (#"{"prompt": "a", "chosen": "b", "rejected": ""}"#, "bad.jsonl:2: the rejected answer is empty"),
      (#"{"prompt": "a", "chosen": "b"}"#, "bad.jsonl:2: the record has the keys 'prompt', 'chosen'"),
      (
        #"{"chosen": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}], "rejected": "#
          + #"[{"role": "user", "content": "A"}, {"role": "assistant", "content": "c"}]}"#,
        "bad.jsonl:2: 'chosen' and 'rejected' both contain the prompt, but it differs between them"
      ),
      (#"{"prompt": [1], "chosen": [2], "rejected": [259]}"#, "bad.jsonl:2: 'rejected'[0] is the token id 259"),
    ])
  func badRecords(text: String, message: String) throws {
    try workspace.write("bad.jsonl", #"{"prompt": "a", "chosen": "b", "rejected": "c"}"# + "\n" + text)
    try workspace.writeRecipe(data: "{train: bad.jsonl, template: plain}", more: Self.dpo)
    workspace.expectRefusal(try workspace.run("run", "recipe.yaml"), code: 3, message)
    workspace.expectRefusal(try workspace.run("validate", "recipe.yaml"), code: 3, message)
  }

  @Test("pairs with equal answers are counted and reported, and teach nothing")
  func equalAnswers() throws {
    try workspace.write("equal.jsonl", #"{"prompt": "a", "chosen": "b", "rejected": "b"}"#)
    try workspace.writeRecipe(data: "{train: equal.jsonl, template: plain}", more: Self.lora + Self.dpo)
    let run = try workspace.run("run", "recipe.yaml")
    #expect(run.exitCode == 0, "\(run.messages)")
    #expect(run.messages.contains("in 1 of 1 pairs both answers are equal"), "\(run.messages)")
    for step in try workspace.metrics("step") { #expect(step["gradient_norm"] as? Double ?? 1 < 1e-6) }
    #expect(try workspace.run("validate", "recipe.yaml").messages.contains("in 1 of 1 pairs both answers are equal"))
  }

  @Test("a preview shows both answers after their prompt")
  func preview() throws {
    try workspace.writeRecipe(data: Self.data, more: Self.dpo)
    let run = try workspace.run("preview", "recipe.yaml", "--examples", "100", "--json")
    let value = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let examples = try #require(value["examples"] as? [[String: Any]], "\(run.messages)")
    #expect(examples.prefix(3).compactMap { $0["answer"] as? String } == ["chosen", "rejected", "chosen"])
    #expect(examples.prefix(3).compactMap { $0["tokens"] as? Int } == [11, 15, 11])
    #expect(examples.count == 16)
    let text = try workspace.run("preview", "recipe.yaml", "--examples", "2").output
    #expect(text.contains("pairs.jsonl:1  chosen, 11 tokens, 6 trained on"), "\(text)")
  }

  @Test("a β of 0 is refused with its line", arguments: ["dpo", "orpo", "simpo", "kto"])
  func beta(method: String) throws {
    try workspace.writeRecipe(data: Self.data, more: "objective: {method: \(method), beta: 0}")
    workspace.expectRefusal(
      try workspace.run("run", "recipe.yaml"), code: 2,
      "recipe.yaml:5: objective.beta: expected a number greater than 0")
  }

  @Test("all steps: fine-tuned on both answers, trained to prefer one, merged, and asked before and after")
  func story() throws {
    // The model sees the worse answer more often.
    let seen = (0..<8).flatMap { index in
      ["no", "no", "yes"].map { #"{"prompt": "say \#(index)", "completion": "\#($0)"}"# }
    }
    try workspace.write("seen.jsonl", seen.joined(separator: "\n"))
    try workspace.write(
      "better.jsonl",
      (0..<8).map { #"{"prompt": "say \#($0)", "chosen": "yes", "rejected": "no"}"# }.joined(separator: "\n"))
    try workspace.writeRecipe(
      "sft.yaml", output: "sft", data: "{train: seen.jsonl, template: plain}",
      training: "{steps: 60, batch_size: 24, micro_batch_size: 24}", more: "optimizer: {learning_rate: 3.0e-2}")
    try workspace.writeRecipe(
      "dpo.yaml", output: "dpo", model: "{path: sft/model.h5}", data: "{train: better.jsonl, template: plain}",
      training: "{steps: 20, batch_size: 8, micro_batch_size: 8}",
      more: Self.lora + "\nobjective: {method: dpo, sft_weight: 1.0}\noptimizer: {learning_rate: 1.0e-2}")
    for recipe in ["sft.yaml", "dpo.yaml"] {
      let run = try workspace.run("run", recipe)
      #expect(run.exitCode == 0, "\(run.messages)")
    }
    let merge = try workspace.run(
      "merge", "--model", "sft/model.h5", "--adapter", "dpo/adapter.h5", "--output", "merged")
    #expect(merge.exitCode == 0, "\(merge.messages)")
    for (model, answer) in [("sft/model.h5", "no"), ("merged", "yes")] {
      let run = try workspace.run("generate", "--model", model, "--template", "plain", "--chat", "say 3", "--json")
      let value = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
      #expect(value?["completion"] as? String == answer, "\(model): \(run.output)\(run.messages)")
    }
  }
}
