import InstructionData
import Testing

/// What happens to examples longer than `max_length`.
@Suite struct LengthPolicyTests {
  static let named = ["<s>", "</s>"]
  static let encoder = CharacterTokenizer.encoder(named, prefix: ["<s>"], endOfText: "</s>")
  let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func data(_ record: String, _ policy: LengthPolicy, _ maximum: Int) throws -> DataSet<Example> {
    let path = try workspace.file("a.jsonl", record + "\n" + #"{"ids":[1,2],"prompt_len":1}"#)
    let options = DataOptions(maximumLength: maximum, lengthPolicy: policy)
    return try DataLoader(template: .plain, encoder: Self.encoder, options: options).demonstrations(
      from: [DataSource(path: path)])
  }

  /// The rows of a record, without those of the short record beside it.
  private func rows(_ record: String, _ policy: LengthPolicy, _ maximum: Int) throws -> [String] {
    try data(record, policy, maximum).examples.dropLast().map { CharacterTokenizer.row($0, Self.named) }
  }

  static let record = #"{"prompt":"AB","completion":"CD"}"#  // <s> A B C D </s>
  static let text = #"{"text":"ABCDEFG"}"#  // <s> A B C D E F G </s>

  @Test func errorNamesTheRecordAndTheLengths() {
    #expect(
      message { _ = try data(Self.record, .error, 5) }
        == "a.jsonl:1: the example has 6 tokens, but data.max_length is 5; raise it, or set data.length_policy to drop "
        + "or truncate")
    #expect(
      message { _ = try data(Self.text, .error, 8) }
        == "a.jsonl:1: the example has 9 tokens, but data.max_length is 8; raise it, or set data.length_policy to drop, "
        + "truncate or split")
    #expect(throws: Never.self) { try data(Self.record, .error, 6) }
  }

  @Test func theLongestRecordIsNamed() throws {
    func problem(_ lengths: [Int], _ handling: ProblemHandling) throws -> String? {
      let lines = lengths.map { #"{"text":"\#(String(repeating: "x", count: $0 - 2))"}"# }
      let source = DataSource(path: try workspace.file("b.jsonl", lines.joined(separator: "\n")))
      let loader = try DataLoader(
        template: .plain, encoder: Self.encoder, options: DataOptions(maximumLength: 5), threads: 1)
      return message { _ = try loader.demonstrations(from: [source], problems: handling) }
    }
    let first =
      "b.jsonl:1: the example has 6 tokens, but data.max_length is 5; raise it, or set data.length_policy to drop, "
      + "truncate or split"
    #expect(try problem([6, 4], .throwFirst) == first)
    #expect(try problem([6, 4, 9, 7], .throwFirst) == first + "; 3 records are too long, and the longest has 9 tokens")
    #expect(try problem([6, 4], .collect(limit: 9)) == first)
    #expect(
      try problem([6, 8, 7], .collect(limit: 9))?.hasSuffix("\nb.jsonl: the longest of these records has 8 tokens")
        == true)
    #expect(
      try problem([6, 9, 7, 8, 6], .collect(limit: 9))?.hasSuffix(
        "\nb.jsonl: 2 more records have the same problem; the longest record has 9 tokens") == true)
    #expect(
      try problem([6, 9, 7], .collect(limit: 1))?.hasSuffix("\nand 2 more problems; the longest record has 9 tokens")
        == true)
  }

  @Test func dropLeavesOutAndCounts() throws {
    let dropped = try data(Self.record, .drop, 5)
    #expect(dropped.examples.count == 1)
    #expect(dropped.total.dropped == 1)
    #expect(dropped.total.longest == 6)
  }

  @Test func truncateKeepsTheFirstTokensWhileOneIsTrained() throws {
    #expect(try rows(Self.record, .truncate, 5) == ["<s>AB⟦CD⟧"])
    #expect(try rows(Self.record, .truncate, 4) == ["<s>AB⟦C⟧"])
    #expect(try rows(Self.record, .truncate, 3) == [])
    #expect(try data(Self.record, .truncate, 4).total.truncated == 1)
    #expect(try data(Self.record, .truncate, 3).total.dropped == 1)
    #expect(try rows(Self.text, .truncate, 3) == ["<s>⟦AB⟧"])
  }

  @Test func splitMakesEveryTokenButTheFirstATargetExactlyOnce() throws {
    #expect(try rows(Self.text, .split, 3) == ["<s>⟦ABC⟧", "C⟦DEF⟧", "F⟦G</s>⟧"])
    #expect(try rows(Self.text, .split, 4) == ["<s>⟦ABCD⟧", "D⟦EFG</s>⟧"])
    #expect(try rows(Self.text, .split, 7) == ["<s>⟦ABCDEFG⟧", "G⟦</s>⟧"])
    #expect(try rows(Self.text, .split, 8) == ["<s>⟦ABCDEFG</s>⟧"])
    #expect(try rows(Self.text, .split, 2).count == 4)
    #expect(try rows(Self.text, .split, .max).count == 1)
  }

  @Test(arguments: 2...9) func splitFeedsAtMostMaxLengthTokens(_ maximum: Int) throws {
    let pieces = try data(Self.text, .split, maximum).examples.dropLast()
    #expect(pieces.allSatisfy { $0.tokens.dropLast().count <= maximum })
    #expect(pieces.reduce(0) { $0 + $1.trainedCount } == 8)
    #expect(pieces.map(\.origin.piece) == Array(0..<pieces.count))
  }

  @Test func splitRefusesOtherRecords() {
    #expect(
      message { _ = try data(Self.record, .split, 5) }
        == "a.jsonl:1: the example has 6 tokens, but data.max_length is 5; data.length_policy: split applies only to text "
        + "records, so raise max_length, or choose drop or truncate")
  }

  @Test func ofAPairTheAnswersAreCutAndThePromptNever() throws {
    let path = try workspace.file(
      "p.jsonl",
      #"{"prompt":[1,2],"chosen":[3,4,5],"rejected":[6]}"# + "\n" + #"{"prompt":[1,2,3,4],"chosen":[5],"rejected":[6]}"#
    )
    let pairs = { (policy: LengthPolicy) in
      try DataLoader(
        template: .plain, encoder: nil, options: DataOptions(maximumLength: 4, lengthPolicy: policy)
      ).preferences(from: [DataSource(path: path)])
    }
    let cut = try pairs(.truncate)
    #expect(
      cut.examples == [
        PreferenceExample(prompt: [1, 2], chosen: [3, 4], rejected: [6], origin: ExampleOrigin(source: 0, line: 1))
      ])
    #expect(cut.total.truncated == 1)
    #expect(cut.total.dropped == 1)
    #expect(
      message { _ = try pairs(.error) }
        == "p.jsonl:1: the prompt with its longer answer has 5 tokens, but data.max_length is 4; raise it, or set "
        + "data.length_policy to drop or truncate; 2 records are too long, and the longest has 5 tokens")
    #expect(message { _ = try pairs(.drop) }?.hasPrefix("p.jsonl: none of its 2 records can be trained on") == true)
  }

  @Test func pairsThatTeachNothing() throws {
    let problem = { (record: String) in
      let path = try workspace.file("p.jsonl", record)
      return message {
        _ = try DataLoader(template: .plain, encoder: Self.encoder, options: DataOptions()).preferences(
          from: [DataSource(path: path)])
      }
    }
    #expect(
      try problem(#"{"prompt":"A","chosen":"B","rejected":""}"#)?.hasPrefix(
        "p.jsonl:1: the rejected answer is empty, so there is nothing to train on") == true)
    #expect(
      try problem(#"{"prompt":[1],"chosen":[],"rejected":[2]}"#)?.hasPrefix("p.jsonl:1: the chosen answer is empty")
        == true)
    #expect(
      try problem(#"{"prompt":[],"chosen":[1],"rejected":[2]}"#)
        == "p.jsonl:1: the prompt has no tokens, so nothing predicts the first token of an answer")
  }
}
