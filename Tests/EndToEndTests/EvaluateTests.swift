import Foundation
import Testing

@Suite("attune evaluate", .needsProgram)
struct EvaluateTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func result(of run: ProgramRun) throws -> [String: Any] {
    #expect(run.exitCode == 0, "\(run.messages)")
    return try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
  }

  @Test("reports each held-out set of a recipe and the total")
  func recipe() throws {
    try workspace.write("other.jsonl", #"{"prompt": "other", "completion": "thing"}"#)
    try workspace.writeRecipe(
      data: "{train: train.jsonl, held_out: {sums: train.jsonl, others: other.jsonl}, template: plain}")
    let total = try result(of: try workspace.run("evaluate", "recipe.yaml", "--json"))
    let sources = try #require(total["sources"] as? [[String: Any]])
    #expect(sources.compactMap { $0["name"] as? String } == ["sums", "others"])
    #expect(sources.compactMap { $0["examples"] as? Int } == [10, 1])
    #expect(total["examples"] as? Int == 11)
    // The total is the mean over tokens, not over sets.
    let counts = sources.compactMap { $0["trained_tokens"] as? Int }
    let losses = sources.compactMap { $0["loss"] as? Double }
    let mean = zip(counts, losses).reduce(0) { $0 + Double($1.0) * $1.1 } / Double(counts.reduce(0, +))
    #expect(abs((total["loss"] as? Double ?? 0) - mean) < 1e-12)
    let alone = try result(of: try workspace.run("evaluate", "--model", "model", "--data", "other.jsonl", "--json"))
    #expect(alone["loss"] as? Double == losses[1])
    let table = try workspace.run("evaluate", "recipe.yaml")
    #expect(table.output.contains("\nsums ") && table.output.contains("\nothers ") && table.output.contains("\nall "))
  }

  @Test("evaluates a recipe's sets with another model, and compares answers")
  func exactMatch() throws {
    try workspace.write("one.jsonl", #"{"prompt": "ab", "completion": "cd"}"#)
    try workspace.writeRecipe(
      data: "{train: one.jsonl, held_out: one.jsonl, template: plain}", training: "{steps: 60, batch_size: 1}",
      more: "optimizer: {learning_rate: 3.0e-2}\nevaluation: {every: 60, generate: true}")
    let run = try workspace.run("run", "recipe.yaml")
    #expect(run.messages.contains("exact match before: 0 of 1"), "\(run.messages)")
    #expect(run.messages.contains("exact match after: 1 of 1"), "\(run.messages)")
    let before = try result(of: try workspace.run("evaluate", "recipe.yaml", "--generate", "--json"))
    #expect(before["exact_match"] as? Double == 0)
    let after = try result(
      of: try workspace.run("evaluate", "recipe.yaml", "--model", "out/model.h5", "--generate", "--json"))
    #expect(after["exact_match"] as? Double == 1)
    let answers = try #require(after["answers"] as? [[String: Any]])
    #expect(answers.first?["expected"] as? String == "cd")
    #expect(answers.first?["written"] as? String == "cd")
    #expect(answers.first?["line"] as? Int == 1)

    // The answer ends with the end-of-text token, which is not part of its text.
    let chat = try result(of: try workspace.run("generate", "--model", "out/model.h5", "--chat", "ab", "--json"))
    #expect(chat["completion"] as? String == "cd")
    #expect(chat["ids"] as? [Int] == [99, 100, 256])
  }

  @Test("reports missing or conflicting options")
  func options() throws {
    try workspace.writeRecipe()
    workspace.expectRefusal(try workspace.run("evaluate"), code: 2, "Give a recipe, or --model with --data")
    workspace.expectRefusal(try workspace.run("evaluate", "--model", "model"), code: 2, "Give a recipe")
    workspace.expectRefusal(try workspace.run("evaluate", "--data", "train.jsonl"), code: 2, "--model")
    workspace.expectRefusal(
      try workspace.run("evaluate", "recipe.yaml", "--data", "train.jsonl"), code: 2, "exclude each other")
    workspace.expectRefusal(try workspace.run("evaluate", "recipe.yaml"), code: 2, "data.held_out")
    workspace.expectRefusal(
      try workspace.run("evaluate", "--model", "model", "--data", "train.jsonl", "--max-length", "-1"), code: 2,
      "--max-length -1")
  }
}
