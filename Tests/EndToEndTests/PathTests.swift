import Foundation
import Testing

@Suite("One rule for the paths of recipes and of the command line", .needsProgram)
struct PathTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// Runs the program in a folder of the workspace, which is also the home folder.
  private func run(_ arguments: String..., in folder: String = "") throws -> ProgramRun {
    try ProgramRun(
      arguments, environment: ["HOME": workspace.path], workingDirectory: workspace.file(folder).path)
  }

  @Test("every path of a recipe may begin with the home folder, wherever the program runs")
  func home() throws {
    try workspace.writeRecipe(
      output: "~/out", model: "{path: ~/model}",
      data: "{train: [{path: ~/train.jsonl}], held_out: {h: ~//train.jsonl}, template: plain}",
      training: "{steps: 2, batch_size: 2}", more: "objective: {method: dpo, reference: ~/nowhere}")
    let missing = try run("validate", "recipe.yaml")
    #expect(
      missing.messages.contains("recipe.yaml:5: objective.reference: \(workspace.path)/nowhere: there is no such"))
    try workspace.writeRecipe(
      output: "~/out", model: "{path: ~/model}",
      data: "{train: [{path: ~/train.jsonl}], held_out: {h: ~//train.jsonl}, template: plain}",
      training: "{steps: 2, batch_size: 2}")
    for command in ["validate", "preview", "check-data", "estimate", "run"] {
      let run = try run(command, "~/recipe.yaml", in: "model")
      #expect(run.exitCode == 0, "\(command): \(run.messages)")
    }
    #expect(workspace.has("out/model.h5"))
    // The stored recipe has the paths in full: the run resumes elsewhere, and under another HOME.
    let resumed = try ProgramRun(["run", "\(workspace.path)/out/recipe.yaml", "--resume"])
    #expect(resumed.exitCode == 0, "\(resumed.messages)")
    for arguments in [
      ["generate", "--model=~/out/model.h5", "--prompt", "1"], ["inspect", "~/out/model.h5"], ["report", "~/out/"],
      ["evaluate", "--model", "~/model", "--data", "~/train.jsonl"], ["convert", "~/model", "~/new/model.h5"],
      ["tokenize", "--model", "~/model", "~/train.jsonl"],
    ] {
      let run = try ProgramRun(arguments, environment: ["HOME": workspace.path])
      #expect(run.exitCode == 0, "\(arguments): \(run.messages)")
      #expect(!run.messages.contains("~"), "\(run.messages)")
    }
    #expect(workspace.has("new/model.h5"))
  }

  @Test("a missing file of records is named with the recipe's line and the nearest name")
  func missing() throws {
    try workspace.writeRecipe(data: "\n  train: trian.jsonl\n  held_out: {a: train.jsonl, b: modell/x}")
    let first = "recipe.yaml:4: data.train: trian.jsonl: no such file. Did you mean 'train.jsonl'?"
    let second =
      "recipe.yaml:5: data.held_out: modell/x: no such file: the folder 'modell' does not exist. Did you mean 'model'?"
    for command in ["validate", "run", "check-data"] {
      workspace.expectRefusal(try workspace.run(command, "recipe.yaml"), code: 3, first, second)
    }
    workspace.expectRefusal(try run("preview", "recipe.yaml"), code: 3, first)
    workspace.expectRefusal(try workspace.run("evaluate", "recipe.yaml"), code: 3, second)
    workspace.expectRefusal(
      try workspace.run("run", "recipe.yaml", "data.train=trian.jsonl", "data.held_out=null"), code: 3,
      "override 'data.train=trian.jsonl': data.train: trian.jsonl: no such file.")
    let elsewhere = try run("run", "../recipe.yaml", "data.train=train.jsonl", "data.held_out=null", in: "model")
    #expect(elsewhere.messages.contains("not at the recipe's; '../train.jsonl' exists"), "\(elsewhere.messages)")
    workspace.expectRefusal(
      try workspace.run("run", "recipe.yaml", "model.path=modle", "data={train: train.jsonl}"), code: 3,
      "override 'model.path=modle': model.path: modle: there is no such file or folder. Did you mean 'model'?")
  }

  @Test(
    "an output folder that run could not make is refused by validate too",
    arguments: ["train.jsonl", "train.jsonl/run", "dangling"])
  func output(path: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: workspace.file("dangling").path, withDestinationPath: "nowhere")
    try workspace.writeRecipe(output: path)
    for command in ["validate", "run"] {
      let run = try workspace.run(command, "recipe.yaml")
      workspace.expectRefusal(run, code: 5, "\(path): the output folder cannot be made: ", output: nil)
    }
  }

  @Test("spaces, links, YAML's signs and both of Unicode's normal forms")
  func names() throws {
    let folder = "a: b #'c"
    try FileManager.default.createDirectory(at: workspace.file(folder), withIntermediateDirectories: true)
    try FileManager.default.moveItem(at: workspace.file("model"), to: workspace.file("\(folder)/mode\u{301}l"))
    try FileManager.default.createSymbolicLink(atPath: workspace.file("link").path, withDestinationPath: folder)
    try workspace.writeRecipe(
      output: "\"\(folder)/out\"", model: "{path: link/./mod\u{E9}l/}", training: "{steps: 1, batch_size: 2}",
      more: "adapter: {method: lora}")
    let run = try workspace.run("run", "recipe.yaml")
    #expect(run.exitCode == 0, "\(run.messages)")
    #expect(run.messages.contains(#"--adapter 'a: b #'\''c/out/adapter.h5'"#), "\(run.messages)")
    let sweep = try workspace.run("sweep", "recipe.yaml", "--set", "seed=1,2")
    #expect(sweep.exitCode == 0, "\(sweep.messages)")
    #expect(workspace.has("\(folder)/out-sweep/sweep.html"))
  }

  @Test("a file to write is not named like a folder")
  func trailingSlash() throws {
    let run = try run("copy", "lora", "new/")
    #expect(run.exitCode == 2)
    #expect(run.messages.contains("there is no such folder"))
    let page = try self.run("compare", "a", "b", "--html", "page/")
    #expect(page.exitCode == 2)
    #expect(page.messages.contains("names a folder; expected the name of a file"))
  }
}
