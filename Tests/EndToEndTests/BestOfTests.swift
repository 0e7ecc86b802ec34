import Foundation
import StrictJSON
import Testing

@Suite("attune generate --best-of", .needsProgram)
struct BestOfTests {
  private let workspace: Workspace

  /// The data for a model that answers a, b or c with equal probability, and for a reward model that prefers b.
  init() throws {
    workspace = try Workspace()
    try workspace.write(
      "answers.jsonl",
      (0..<30).map { #"{"prompt": "q\#($0 % 10)", "completion": "\#(["a", "b", "c"][$0 % 3])"}"# }
        .joined(separator: "\n"))
    try workspace.write(
      "pairs.jsonl",
      (0..<20).map { #"{"prompt": "q\#($0 % 10)", "chosen": "b", "rejected": "\#(["a", "c"][$0 % 2])"}"# }
        .joined(separator: "\n"))
    try workspace.write("asked.jsonl", (0..<10).map { #"{"prompt": "q\#($0)"}"# }.joined(separator: "\n"))
  }

  private func train(_ output: String, _ data: String, _ more: String, model: String = "model") throws {
    try workspace.writeRecipe(
      output: output, model: "{path: \(model)}", data: "{train: \(data), template: plain}",
      training: "{steps: 60, batch_size: 10}",
      more: more + "\noptimizer: {learning_rate: 1.0e-2, weight_decay: 0}\ncheckpoint: {every: 1000}")
    let run = try workspace.run("run", "recipe.yaml")
    try #require(run.exitCode == 0, "\(run.messages)")
  }

  private func best(of count: Int, _ arguments: String...) throws -> [JSONValue] {
    let run = try ProgramRun(
      [
        "generate", "--data", "asked.jsonl", "--temperature", "1", "--max-new-tokens", "8", "--best-of", "\(count)",
        "--json", "--threads", "1",
      ] + arguments, workingDirectory: workspace.path)
    try #require(run.exitCode == 0, "\(run.messages)")
    return try #require(try JSONValue(parsing: run.output.utf8).arrayValue)
  }

  /// How many answers end as the reward model prefers.
  private func endingWithB(_ answers: [JSONValue]) -> Int {
    answers.count { $0["completion"]?.stringValue?.hasSuffix("b") ?? false }
  }

  private func mean(_ values: [JSONValue], _ key: String) -> Double {
    values.reduce(0) { $0 + ($1[key]?.doubleValue ?? .nan) } / Double(values.count)
  }

  @Test("the mean score rises with the number of answers, and the best are written as records to train on")
  func rewardModel() throws {
    try train("policy", "answers.jsonl", "objective: {method: sft}")
    try train("judge", "pairs.jsonl", "objective: reward")
    let policy = ["--model", "policy/model.h5", "--reward", "judge/model.h5"]
    let one = try best(of: 1, policy[0], policy[1], policy[2], policy[3])
    let two = try best(of: 2, policy[0], policy[1], policy[2], policy[3])
    let eight = try best(of: 8, policy[0], policy[1], policy[2], policy[3], "--picks", "picks.jsonl")
    #expect(mean(one, "score") < mean(two, "score") && mean(two, "score") < mean(eight, "score"))
    #expect(endingWithB(eight) >= 8)
    for answer in eight {
      let candidates = try #require(answer["candidates"]?.arrayValue)
      let scores = candidates.compactMap { $0["score"]?.doubleValue }
      #expect(scores.count == 8 && answer["score"]?.doubleValue == scores.max())
      #expect(abs((answer["mean_score"]?.doubleValue ?? .nan) - scores.reduce(0, +) / 8) < 1e-9)
    }
    let picks = try String(contentsOf: workspace.file("picks.jsonl"), encoding: .utf8).split(separator: "\n")
    let first = try JSONValue(parsing: picks[0].utf8)
    #expect(first == ["prompt": "q0", "completion": eight[0]["completion"] ?? .null])
    // They can be used as training data.
    try train("again", "picks.jsonl", "objective: {method: sft}", model: "policy/model.h5")

    let single = try workspace.run(
      "generate", policy[0], policy[1], policy[2], policy[3], "--chat", "q3", "--temperature", "1", "--best-of", "8",
      "--max-new-tokens", "8")
    #expect(single.exitCode == 0 && single.output == "b\n", "\(single.messages)")
    #expect(single.messages.contains("the best of 8 answers"), "\(single.messages)")
    // The score is the one that evaluate computes.
    try workspace.write("scored.jsonl", String(picks[0]))
    let evaluation = try workspace.run(
      "evaluate", "--model", "judge/model.h5", "--data", "scored.jsonl", "--json")
    let score = try JSONValue(parsing: evaluation.output.utf8)["mean_score"]?.doubleValue ?? .nan
    #expect(abs(score - (eight[0]["score"]?.doubleValue ?? 0)) < 1e-5)
  }

  @Test("a preference-trained adapter scores by its log-ratio to the model without it")
  func implicit() throws {
    try train("policy", "answers.jsonl", "objective: {method: sft}")
    try train(
      "dpo", "pairs.jsonl", "objective: {method: dpo}\nadapter: {method: lora, targets: all}",
      model: "policy/model.h5")
    // Sampled from the model without the adapter.
    let found = try best(
      of: 8, "--model", "policy/model.h5", "--reward", "implicit", "--reward-adapter", "dpo/adapter.h5")
    #expect(endingWithB(found) >= 8)
    // Sampled from the model with the adapter: two values of β give the same answers, with scores in proportion to β.
    let arguments = ["--model", "policy/model.h5", "--adapter", "dpo/adapter.h5", "--reward", "implicit", "--beta"]
    func scores(_ beta: String) throws -> [Double] {
      try best(
        of: 2, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5], arguments[6], beta
      ).compactMap { $0["score"]?.doubleValue }
    }
    let (small, large) = (try scores("0.1"), try scores("0.2"))
    for (one, other) in zip(small, large) { #expect(abs(2 * one - other) < 1e-6 && one != 0) }
  }

  @Test("a reward model with another vocabulary reads the texts with its own tokenizer")
  func otherVocabulary() throws {
    var model = TinyModel()
    model.specialTokens = ["<|im_end|>", "</s>", "<|im_start|>"]
    model.configuration["eos_token_id"] = 257
    try model.write(to: workspace.file("other").path)
    try train("policy", "answers.jsonl", "objective: {method: sft}")
    try train("judge", "pairs.jsonl", "objective: reward", model: "other")
    let found = try best(of: 8, "--model", "policy/model.h5", "--reward", "judge/model.h5")
    #expect(endingWithB(found) >= 8)
  }

  @Test("reports missing or conflicting options")
  func options() throws {
    for (arguments, message) in [
      (["--best-of", "4"], "'--best-of' needs '--reward'"),
      (["--best-of", "4", "--reward", "model"], "give a '--temperature' above 0"),
      (["--best-of", "0", "--reward", "model"], "'--best-of 0': expected a whole number from 1"),
      (["--reward", "model"], "'--reward' goes with '--best-of'"),
      (["--picks", "a.jsonl"], "'--picks' goes with '--best-of'"),
      (["--best-of", "4", "--reward", "implicit", "--temperature", "1"], "needs the adapter"),
      (["--best-of", "4", "--reward", "model", "--temperature", "1", "--beta", "1"], "'--beta' goes with"),
    ] {
      let run = try ProgramRun(
        ["generate", "--model", "model", "--prompt", "a"] + arguments, workingDirectory: workspace.path)
      #expect(run.exitCode == 2 && run.messages.contains(message), "\(run.messages)")
    }
    let run = try ProgramRun(
      ["generate", "--model", "model", "--prompt", "a", "--best-of", "4", "--temperature", "1", "--reward", "model"],
      workingDirectory: workspace.path)
    workspace.expectRefusal(run, code: 3, "model: is a language model, and has no 'score.weight'", output: nil)
  }
}
