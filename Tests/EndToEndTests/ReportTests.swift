import Foundation
import Testing

@Suite("attune report, compare, sweep", .needsProgram)
struct ReportTests {
  private let workspace: Workspace
  private let heldOut = "{train: train.jsonl, held_out: train.jsonl, template: plain}"

  init() throws { workspace = try Workspace() }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("a run leaves its report, which can be made again")
  func report() throws {
    try workspace.writeRecipe(data: heldOut, more: "evaluation: {every: 2, prompts: [\"1 and 1\"], max_new_tokens: 4}")
    #expect(try workspace.run("run", "recipe.yaml", "logging.watts=50").exitCode == 0)
    let page = try Data(contentsOf: workspace.file("out/report.html"))
    #expect(String(decoding: page, as: UTF8.self).contains("assumed"))
    #expect(try workspace.metrics("samples").compactMap { $0["moment"] as? String } == ["before", "during", "after"])
    #expect(try workspace.metrics("end").first?["stopped_early"] as? Bool == false)
    try FileManager.default.removeItem(at: workspace.file("out/report.html"))
    let run = try workspace.run("report", "out")
    #expect(run.exitCode == 0, "\(run.messages)")
    #expect(try Data(contentsOf: workspace.file("out/report.html")) == page)
    workspace.expectRefusal(
      try workspace.run("report", "model"), code: 3, "contains no metrics.jsonl", output: nil)
  }

  @Test("TensorBoard's files are written, one a session, unless the recipe says no")
  func tensorBoard() throws {
    func files(_ folder: String) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: workspace.file(folder).path)
        .filter { $0.hasPrefix("events.out.tfevents.") }
    }
    try workspace.writeRecipe()
    #expect(try workspace.run("run", "recipe.yaml").exitCode == 0)
    #expect(try files("out").count == 1)
    #expect(try workspace.run("run", "recipe.yaml", "output=quiet", "logging.tensorboard=false").exitCode == 0)
    #expect(try files("quiet").isEmpty)
  }

  @Test("patience ends a run whose held-out loss has stopped falling; resuming finds it finished")
  func patience() throws {
    try workspace.writeRecipe(
      data: heldOut, training: "{steps: 200, batch_size: 4, patience: 2}",
      more: "evaluation: {every: 3}\noptimizer: {learning_rate: 1.0}\nschedule: {method: constant, warmup_steps: 0}")
    let run = try workspace.run("run", "recipe.yaml")
    #expect(run.exitCode == 0, "\(run.messages)")
    let evaluations = try workspace.metrics("evaluation")
    let best = evaluations.dropFirst().lastIndex { $0["best"] as? Bool == true } ?? 0
    #expect(evaluations.count == best + 3)
    #expect(try workspace.losses().count == evaluations.last?["step"] as? Int)
    #expect(try workspace.metrics("end").first?["stopped_early"] as? Bool == true)
    #expect(run.messages.contains("Stopped early"))
    #expect(try workspace.run("run", "recipe.yaml", "--resume").messages.contains("Nothing to do"))
  }

  @Test("compare shows what differs, and that equal runs show no difference")
  func compare() throws {
    try workspace.writeRecipe(data: heldOut)
    #expect(try workspace.run("run", "recipe.yaml").exitCode == 0)
    #expect(try workspace.run("run", "recipe.yaml", "output=same").exitCode == 0)
    #expect(try workspace.run("run", "recipe.yaml", "output=other", "optimizer.learning_rate=1e-2").exitCode == 0)
    let run = try workspace.run("compare", "out", "same", "other", "--json", "--html", "compare.html")
    #expect(run.exitCode == 0, "\(run.messages)")
    let document = try object(run.output)
    #expect((document["runs"] as? [[String: Any]])?.count == 3)
    let recipe = try #require(document["recipe"] as? [[String: Any]])
    #expect(recipe.compactMap { $0["key"] as? String } == ["optimizer.learning_rate"])
    let differences = try #require(document["differences"] as? [[String: Any]])
    #expect(differences[0]["difference"] as? Double == 0)
    #expect(differences[0]["shown"] as? Bool == false)
    #expect(differences[1]["records"] as? Int == 10)
    #expect(workspace.has("compare.html"))
    #expect(try workspace.run("compare", "out", "same").output.contains("no difference shown"))
    workspace.expectRefusal(try workspace.run("compare", "out"), code: 2, "two runs or more", output: nil)
  }

  @Test("a sweep tries the values on a share of the data and names the best")
  func sweep() throws {
    try workspace.writeRecipe(
      data: heldOut, training: "{epochs: 4, batch_size: 2}", more: "schedule: {warmup_steps: 0}")
    let run = try workspace.run(
      "sweep", "recipe.yaml", "--set", "optimizer.learning_rate=1e-6,1e-2", "--share", "0.5", "--json", "--threads", "1"
    )
    #expect(run.exitCode == 0, "\(run.messages)")
    let document = try object(run.output)
    #expect(document["best"] as? String == "learning_rate=1e-2")
    #expect(workspace.has("out-sweep/sweep.html"))
    #expect(workspace.has("out-sweep/learning_rate=1e-2/report.html"))
    #expect(!workspace.has("out-sweep/learning_rate=1e-2/model.h5"))
    // Half of ten records, two per step, four epochs.
    #expect(try workspace.losses(in: "out-sweep/learning_rate=1e-2").count == 12)
    let wrong = try workspace.run("sweep", "recipe.yaml", "--set", "optimizer.lerning_rate=1", "--overwrite")
    workspace.expectRefusal(wrong, code: 2, "Did you mean 'learning_rate'?", output: nil)
  }
}
