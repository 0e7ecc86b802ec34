import Foundation
import Testing

@Suite("attune validate", .needsProgram)
struct ValidateTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test("says what a valid recipe will do, and writes nothing")
  func valid() throws {
    try workspace.writeRecipe(
      data: "{train: train.jsonl, held_out: {sums: train.jsonl}, template: plain}", more: "schedule: {warmup_steps: 1}")
    let run = try workspace.run("validate", "recipe.yaml", "training.steps=7")
    #expect(run.exitCode == 0, "\(run.messages)")
    #expect(run.messages.isEmpty)
    #expect(run.output.contains("recipe.yaml is valid: 7 steps over 10 examples"))
    #expect(run.output.contains("held out  sums"))
    #expect(!workspace.has("out"))
  }

  @Test("reports the problems of recipe, model and all data together")
  func everything() throws {
    var model = TinyModel()
    model.tensors[0].shape = [259, 8]
    model.tensors[10].shape = [8]
    try model.write(to: workspace.file("model").path)
    try workspace.write("bad.jsonl", "{}\n{\"prompt\": \"a\", \"completion\": \"b\"}\nnothing\n")
    try workspace.writeRecipe(
      data: "{train: bad.jsonl, held_out: {one: bad.jsonl, two: nowhere.jsonl}, template: plain}",
      more: "optimiser: {learning_rate: 1}")
    let run = try workspace.run("validate", "recipe.yaml")
    workspace.expectRefusal(
      run, code: 2, "recipe.yaml:5: optimiser is not a key. Did you mean 'optimizer'?",
      "'model.embed_tokens.weight' has the shape [259, 8]", "'model.norm.weight' has the shape [8]",
      "bad.jsonl:1: the record has no keys", "bad.jsonl:3: not JSON", "nowhere.jsonl")
  }

  @Test(
    "warns of a last step whose learning rate is 0, and refuses a run that has no other",
    arguments: ["linear", "cosine"])
  func noLearning(method: String) throws {
    try workspace.writeRecipe(
      more: "optimizer: {learning_rate: 1.0e-3}\nschedule: {method: \(method), warmup_steps: 0, final_fraction: 0}")
    let warning = "schedule.final_fraction is 0: the learning rate of step 4, the last one, is 0"
    for command in ["validate", "run"] {
      let run = try workspace.run(command, "recipe.yaml", "training.steps=4")
      #expect(run.exitCode == 0 && run.messages.contains(warning), "\(run.messages)")
      workspace.expectRefusal(
        try workspace.run(command, "recipe.yaml", "training.steps=1", "output=one"), code: 2,
        "schedule.final_fraction: is 0 and the run has one step, whose learning rate would be 0", output: nil)
      #expect(!workspace.has("one"))
    }
    let rates = try workspace.metrics("step").compactMap { $0["learning_rate"] as? Double }
    if method == "linear" { #expect(zip(rates, [7.5e-4, 5e-4, 2.5e-4, 0]).allSatisfy { abs($0 - $1) < 1e-12 }) }
    #expect(rates.count == 4 && rates.last == 0)
    let constant = try workspace.run(
      "validate", "recipe.yaml", "training.steps=1", "schedule.method=constant", "output=one")
    #expect(constant.exitCode == 0 && constant.messages.isEmpty, "\(constant.messages)")
  }

  @Test("warns of a warm-up that is longer than the run")
  func longWarmup() throws {
    try workspace.writeRecipe()
    let run = try workspace.run("validate", "recipe.yaml")
    #expect(run.exitCode == 0)
    #expect(run.messages.contains("warning: schedule.warmup_steps is 20 and the run has 4 steps"))
  }

  @Test("ends with 3 if only files are wrong, and reports long records of every set")
  func files() throws {
    try workspace.writeRecipe(data: "{train: train.jsonl, held_out: train.jsonl, template: plain, max_length: 13}")
    try workspace.write("train.jsonl", #"{"prompt": "1", "completion": "2"}"#)
    try workspace.write(
      "long.jsonl", String(repeating: #"{"prompt": "12345678", "completion": "12345678"}"# + "\n", count: 60))
    let run = try workspace.run("validate", "recipe.yaml", "data.train=[train.jsonl, long.jsonl]")
    #expect(run.exitCode == 3)
    let errors = run.messages.split(separator: "\n")
    #expect(errors.count == 4)
    #expect(errors.first?.contains("long.jsonl:1: the example has 17 tokens") ?? false)
    #expect(
      errors.last == "attune: long.jsonl: 57 more records have the same problem; the longest record has 17 tokens")
  }
}
