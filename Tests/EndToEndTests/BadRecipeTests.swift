import Testing

@Suite("A wrong recipe", .needsProgram)
struct BadRecipeTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test("with three mistakes gets three messages, with their lines", arguments: ["run", "validate", "evaluate"])
  func threeMistakes(command: String) throws {
    try workspace.write(
      "recipe.yaml",
      """
      output: out
      model: {path: model}
      data: {train: train.jsonl, held_out: train.jsonl, length_polcy: drop}
      optimizer:
        learning_rate: fast
      training: {steps: 0}
      """)
    let run = try workspace.run(command, "recipe.yaml")
    workspace.expectRefusal(
      run, code: 2, "recipe.yaml:3: data.length_polcy is not a key. Did you mean 'length_policy'?",
      "recipe.yaml:5: optimizer.learning_rate: expected a number greater than 0, found 'fast'",
      "recipe.yaml:6: training.steps")
  }

  @Test("that is missing, not YAML, empty or a folder")
  func noRecipe() throws {
    try workspace.writeRecipe()
    try workspace.write("broken.yaml", "output: out\nmodel: {path: model\n")
    try workspace.write("empty.yaml", "")
    workspace.expectRefusal(
      try workspace.run("run", "recipes.yaml"), code: 2, "there is no such recipe file. Did you mean 'recipe.yaml'?")
    workspace.expectRefusal(try workspace.run("run", "broken.yaml"), code: 2, "broken.yaml:3: ")
    workspace.expectRefusal(try workspace.run("run", "empty.yaml"), code: 2, "empty.yaml: is empty")
    workspace.expectRefusal(try workspace.run("run", "model"), code: 2, "is a folder")
  }

  @Test("wrong overrides are quoted as typed")
  func wrongOverride() throws {
    try workspace.writeRecipe()
    workspace.expectRefusal(
      try workspace.run("run", "recipe.yaml", "training.stps=3"), code: 2, "training.stps")
    workspace.expectRefusal(try workspace.run("run", "recipe.yaml", "steps"), code: 2, "steps")
  }

  @Test("an adapter that does not fit the model is refused with its line, and a missing one with its path")
  func adapters() throws {
    try workspace.writeRecipe(more: "adapter: {method: lora, rank: 4096}")
    workspace.expectRefusal(
      try workspace.run("run", "recipe.yaml"), code: 2, "recipe.yaml:5: adapter.rank: 4096 is more than")
    let missing = "a.h5: there is no such file or folder"
    workspace.expectRefusal(
      try workspace.run("generate", "--model", "model", "--adapter", "a.h5", "--prompt", "x"), code: 3, missing)
    workspace.expectRefusal(
      try workspace.run("evaluate", "--model", "model", "--adapter", "a.h5", "--data", "train.jsonl"), code: 3, missing)
  }

  @Test("an output folder that can't be written", arguments: ["train.jsonl", "train.jsonl/run", "/proc/attune/run"])
  func unwritable(output: String) throws {
    try workspace.writeRecipe(output: output)
    let run = try workspace.run("run", "recipe.yaml")
    workspace.expectRefusal(run, code: 5, "\(output): the output folder cannot be made", output: nil)
  }
}
