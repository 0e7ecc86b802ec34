import Foundation
import Testing

@Suite("Wrong records", .needsProgram)
struct BadDataTests {
  private let workspace: Workspace
  private static let good = #"{"prompt": "a", "completion": "b"}"#

  init() throws { workspace = try Workspace() }

  @Test(
    "are reported with file and line, and nothing is written",
    arguments: [
      ("\(good)\n{\"prompt\": \"a\", \"completion\"}\n", "bad.jsonl:2: not JSON"),
      ("\(good)\n\n{\"question\": \"a\", \"completion\": \"b\"}\n", "bad.jsonl:3: the record has the keys 'question'"),
      ("", "bad.jsonl: the file contains no records"),
      (#"{"prompt": "a", "completion": ""}"#, "bad.jsonl:1: the answer is empty"),
      (#"{"prompt": "a", "completion": 7}"#, "bad.jsonl:1: 'completion' must be a string"),
      (#"{"ids": [1, 2, 259], "prompt_len": 1}"#, "bad.jsonl:1: 'ids'[2] is the token id 259"),
      ("[1, 2]", "bad.jsonl:1: "),
    ])
  func badRecord(text: String, message: String) throws {
    try workspace.write("bad.jsonl", text)
    try workspace.writeRecipe(data: "{train: bad.jsonl, template: plain}")
    workspace.expectRefusal(try workspace.run("run", "recipe.yaml"), code: 3, message)
    workspace.expectRefusal(
      try workspace.run("evaluate", "--model", "model", "--data", "bad.jsonl"), code: 3, message)
  }

  @Test("a missing file")
  func missingFile() throws {
    try workspace.writeRecipe(data: "{train: nowhere.jsonl, template: plain}")
    workspace.expectRefusal(try workspace.run("run", "recipe.yaml"), code: 3, "nowhere.jsonl")
  }

  @Test("a template that the tokenizer has no token for")
  func templateThatDoesNotFit() throws {
    try workspace.writeRecipe(data: "{train: train.jsonl, template: llama3}")
    let run = try workspace.run("run", "recipe.yaml")
    workspace.expectRefusal(run, code: 2, "'llama3' does not fit this tokenizer")
    #expect(run.messages.contains("templates that fit: alpaca, chatml, zephyr, plain"), "\(run.messages)")
    let evaluation = try workspace.run(
      "evaluate", "--model", "model", "--data", "train.jsonl", "--template", "llama3")
    workspace.expectRefusal(evaluation, code: 2, "--template: 'llama3' does not fit this tokenizer")
  }

  /// Two records that fit and one of 41 tokens: prompt 20, completion 20, end-of-text.
  private func writeLongRecord() throws {
    let long = String(repeating: "x", count: 20)
    try workspace.write(
      "long.jsonl", "\(Self.good)\n{\"prompt\": \"\(long)\", \"completion\": \"\(long)\"}\n\(Self.good)\n")
  }

  @Test("too long: an error names the record, its length and what to do")
  func tooLong() throws {
    try writeLongRecord()
    try workspace.writeRecipe(data: "{train: long.jsonl, template: plain, max_length: 30}")
    workspace.expectRefusal(
      try workspace.run("run", "recipe.yaml"), code: 3,
      "long.jsonl:2: the example has 41 tokens, but data.max_length is 30; raise it, or set data.length_policy to drop")
    workspace.expectRefusal(
      try workspace.run("evaluate", "--model", "model", "--data", "long.jsonl", "--max-length", "30"), code: 3,
      "long.jsonl:2: the example has 41 tokens, but --max-length is 30; raise it, or set --length-policy to drop")
    workspace.expectRefusal(
      try workspace.run("run", "recipe.yaml", "data.length_policy=split"), code: 3, "long.jsonl:2: ")
  }

  @Test("too long: left out or cut, and counted", arguments: [("drop", 6), ("truncate", 36)])
  func shortened(policy: String, tokens: Int) throws {
    try writeLongRecord()
    try workspace.writeRecipe(
      data: "{train: long.jsonl, template: plain, max_length: 30, length_policy: \(policy)}",
      training: "{epochs: 1, batch_size: 3}")
    let run = try workspace.run("run", "recipe.yaml")
    #expect(run.exitCode == 0, "\(run.messages)")
    #expect(run.messages.contains(policy == "drop" ? "1 too long and dropped" : "1 truncated"), "\(run.messages)")
    #expect(try workspace.metrics("step").first?["tokens"] as? Int == tokens)
  }

  @Test("the policy split cuts a text in pieces")
  func split() throws {
    try workspace.write("long.txt", String(repeating: "abcdefghi ", count: 10))
    try workspace.writeRecipe(
      data: "{train: long.txt, max_length: 25, length_policy: split}", training: "{epochs: 1, batch_size: 100}")
    let run = try workspace.run("run", "recipe.yaml")
    #expect(run.exitCode == 0, "\(run.messages)")
    // 100 bytes and the end-of-text token: each token except the first is a target once.
    #expect(try workspace.metrics("step").first?["trained_tokens"] as? Int == 100)
  }

  @Test("an empty answer is dropped and counted if the policy drops records")
  func emptyAnswer() throws {
    try workspace.write("some.jsonl", "\(Self.good)\n" + #"{"prompt": "a", "completion": " "}"#)
    try workspace.writeRecipe(data: "{train: some.jsonl, template: plain, length_policy: drop}")
    let run = try workspace.run("run", "recipe.yaml")
    #expect(run.exitCode == 0, "\(run.messages)")
    #expect(run.messages.contains("1 empty and dropped"))
  }
}
