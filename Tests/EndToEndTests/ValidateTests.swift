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
    #expect(errors.last == "attune: long.jsonl: 57 more records have the same problem")
  }
}
