import Foundation
import Testing

/// `attune check-data`: findings with file and line, one JSON document, a clean set.
@Suite("attune check-data", .needsProgram)
struct CheckDataTests {
  let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    let records = (0..<30).map { Self.record("Where does river \($0) rise?", "It rises in valley \($0 * 7) of \($0).") }
    let bad = [
      #"{"prompt": "Who sings?",  "completion": "The robin in the garden sings."}"#,  // 31: a leak
      Self.record("Who hums?", ""),  // 32
      Self.record("Where is the cafe?", "The cafÃ© is in the market."),  // 33
      "{\"prompt\": 1",  // 34
      Self.record("Where does river 3 rise?", "It rises in valley 21 of 3."),  // 35: line 4 again
      Self.record("Where does river 5 rise?", "Nobody has found it."),  // 36: line 6 says otherwise
    ]
    try workspace.write("train.jsonl", (records + bad).joined(separator: "\n") + "\n")
    try workspace.write(
      "held-out.jsonl",
      [
        Self.record("Who sings?", "The robin in the garden sings."),
        Self.record("Who swims far out at night?", "Whales and seals."),
      ].joined(separator: "\n"))
    try workspace.writeRecipe(data: "{train: train.jsonl, held_out: held-out.jsonl, template: plain, max_length: 200}")
  }

  private static func record(_ prompt: String, _ answer: String) -> String {
    #"{"prompt": "\#(prompt)", "completion": "\#(answer)"}"#
  }

  private func findings(_ run: ProgramRun) throws -> [String] {
    let document = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    let findings = document?["findings"] as? [[String: Any]] ?? []
    return findings.map { "\($0["kind"] ?? "") \($0["file"] ?? ""):\($0["line"] ?? "")" }
  }

  @Test("Every finding has its file and line")
  func places() throws {
    let run = try workspace.run("check-data", "recipe.yaml", "--json")
    #expect(run.exitCode == 0, "\(run.messages)")
    #expect(
      try findings(run) == [
        "unreadable train.jsonl:34", "leak held-out.jsonl:1", "duplicate train.jsonl:4", "conflict train.jsonl:6",
        "empty-answer train.jsonl:32", "encoding train.jsonl:33",
      ])
    let text = try workspace.run("check-data", "recipe.yaml")
    #expect(text.output.contains("held-out.jsonl:1  it is in the training set, word for word: train.jsonl:31"))
    #expect(text.output.contains("36 training records and 2 held-out records."))
  }

  @Test("Two checks have the same findings")
  func repeatability() throws {
    let first = try workspace.run("check-data", "recipe.yaml", "--json", "--model")
    let second = try workspace.run("check-data", "recipe.yaml", "--json", "--model")
    #expect(first.output == second.output)
    #expect(try findings(first).contains { $0.hasPrefix("unlikely-answer train.jsonl:") })
  }

  @Test("The clean set has the other lines, byte for byte")
  func cleanSet() throws {
    let run = try workspace.run("check-data", "recipe.yaml", "--write-clean", "train.jsonl")
    #expect(run.exitCode == 0, "\(run.messages)")
    #expect(
      run.output.contains(
        "train.jsonl: 31 records written, 5 left out (unreadable 1, leak 1, duplicate 1, empty-answer 1, encoding 1)."))
    let kept = try String(contentsOf: workspace.file("train.jsonl"), encoding: .utf8).split(separator: "\n")
    #expect(kept.count == 31)
    #expect(kept[0] == #"{"prompt": "Where does river 0 rise?", "completion": "It rises in valley 0 of 0."}"#)
    let again = try workspace.run("check-data", "recipe.yaml", "--json", "--skip", "conflict")
    #expect(try findings(again).isEmpty)
  }

  @Test("Only the requested kinds are reported")
  func kinds() throws {
    let run = try workspace.run("check-data", "recipe.yaml", "--json", "--only", "leak", "encoding")
    #expect(try findings(run) == ["leak held-out.jsonl:1", "encoding train.jsonl:33"])
  }

  @Test("A missing file is an error")
  func missingFile() throws {
    let run = try workspace.run("check-data", "recipe.yaml", "data.train=trian.jsonl")
    workspace.expectRefusal(run, code: 3, "trian.jsonl: no such file")
  }
}
