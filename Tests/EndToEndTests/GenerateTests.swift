import Foundation
import Testing

@Suite("attune generate", .needsProgram)
struct GenerateTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func generate(_ arguments: String...) throws -> [String: Any] {
    let run = try ProgramRun(
      ["generate", "--model", "model", "--json", "--threads", "1"] + arguments, workingDirectory: workspace.path)
    #expect(run.exitCode == 0, "\(run.messages)")
    return try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
  }

  @Test("prints the completion alone, streamed or as JSON")
  func text() throws {
    let json = try generate("--prompt", "- item", "--max-new-tokens", "12")
    #expect(json["prompt"] as? String == "- item")
    #expect((json["ids"] as? [Int])?.count ?? 0 <= 12)
    #expect(json["tokens_per_second"] is Double)
    let streamed = try workspace.run("generate", "--model", "model", "--prompt", "- item", "--max-new-tokens", "12")
    #expect(streamed.output == (json["completion"] as? String ?? "") + "\n")
    #expect(streamed.messages.isEmpty)
  }

  @Test("samples the same text with the same seed, another text with another seed")
  func seeds() throws {
    let texts = try ["1", "1", "2"].map { seed in
      try generate("--prompt", "a", "--max-new-tokens", "24", "--temperature", "1.5", "--seed", seed)["ids"] as? [Int]
    }
    #expect(texts[0] == texts[1])
    #expect(texts[0] != texts[2])
    // With one candidate left, sampling is greedy.
    let greedy = try generate("--prompt", "a", "--max-new-tokens", "24")["ids"] as? [Int]
    #expect(
      try generate("--prompt", "a", "--max-new-tokens", "24", "--temperature", "1.5", "--top-k", "1")["ids"] as? [Int]
        == greedy)
  }

  @Test("answers records with and without answers, as lines or as one array")
  func records() throws {
    try workspace.write(
      "asked.jsonl",
      """
      {"prompt": "a", "completion": "b"}
      {"instruction": "c"}
      {"messages": [{"role": "user", "content": "d"}, {"role": "assistant", "content": "e"}]}
      {"text": "f"}
      {"ids": [103, 104], "prompt_len": 1}
      """)
    let arguments = ["generate", "--model", "model", "--data", "asked.jsonl", "--max-new-tokens", "3"]
    let lines = try ProgramRun(arguments, workingDirectory: workspace.path)
    #expect(lines.exitCode == 0, "\(lines.messages)")
    let answers = try lines.output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(answers.compactMap { $0["prompt"] as? String } == ["a", "c", "d", "f", "g"])
    let array = try ProgramRun(arguments + ["--json"], workingDirectory: workspace.path)
    let all = try #require(try JSONSerialization.jsonObject(with: Data(array.output.utf8)) as? [[String: Any]])
    #expect(all.map { $0["ids"] as? [Int] } == answers.map { $0["ids"] as? [Int] })
    let first = try generate("--chat", "a", "--max-new-tokens", "3")
    #expect(first["ids"] as? [Int] == all[0]["ids"] as? [Int])
  }

  @Test("stops at the model's last position, and refuses a prompt that fills all positions")
  func positions() throws {
    let ids = try generate("--prompt", String(repeating: "x", count: 250), "--max-new-tokens", "9000000000")["ids"]
    #expect((ids as? [Int])?.count ?? .max <= 6)
    let full = try workspace.run("generate", "--model", "model", "--prompt", String(repeating: "x", count: 256))
    workspace.expectRefusal(full, code: 3, "--prompt: the prompt has 256 tokens")
  }

  @Test("reports missing or wrong options")
  func options() throws {
    for (arguments, message) in [
      ([], "Give one of '--prompt', '--chat' and '--data'"), (["--prompt", "a", "--chat", "b"], "Give one of"),
      (["--prompt", ""], "--prompt: the prompt has no tokens"), (["--prompt", "a", "--top-p", "0"], "--top-p 0"),
      (["--prompt", "a", "--temperature", "-1"], "--temperature -1"),
      (["--prompt", "a", "--max-new-tokens", "0"], "--max-new-tokens 0"),
      (["--prompt", "a", "--template", "chatlm"], "chatlm"), (["--chat", "a", "--template", "model"], "--template"),
      (["--prompt", "a", "--threads", "0"], "--threads 0"),
    ] {
      let run = try ProgramRun(["generate", "--model", "model"] + arguments, workingDirectory: workspace.path)
      workspace.expectRefusal(run, code: 2, message)
    }
    #expect(try workspace.run("generate", "--prompt", "a").exitCode == 2)
  }
}
