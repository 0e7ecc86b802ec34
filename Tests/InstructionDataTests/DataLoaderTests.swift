import InstructionData
import Testing

/// Loading examples from files: forms of files, reports, errors with file and line.
@Suite struct DataLoaderTests {
  static let named = ["<s>", "</s>"]
  static let encoder = CharacterTokenizer.encoder(named, prefix: ["<s>"], endOfText: "</s>")
  let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func loader(_ options: DataOptions = DataOptions(), threads: Int = 2) throws -> DataLoader {
    try DataLoader(template: .plain, encoder: Self.encoder, options: options, threads: threads)
  }

  private func rows(_ name: String, _ text: String, _ options: DataOptions = DataOptions()) throws -> [String] {
    let source = DataSource(path: try workspace.file(name, text))
    return try loader(options).demonstrations(from: [source]).examples.map { CharacterTokenizer.row($0, Self.named) }
  }

  private func problem(_ name: String, _ text: String, _ options: DataOptions = DataOptions()) -> String? {
    message { _ = try rows(name, text, options) }
  }

  @Test func wholeRowsOfIDsAndTargets() throws {
    let path = try workspace.file("a.jsonl", #"{"prompt":"AB","completion":"C"}"#)
    let data = try loader().demonstrations(from: [DataSource(path: path)])
    let (begin, end) = (CharacterTokenizer.firstNamed, CharacterTokenizer.firstNamed + 1)
    #expect(
      data.examples == [
        Example(tokens: [begin, 65, 66, 67, end], trained: [3..<5], origin: ExampleOrigin(source: 0, line: 1))
      ])
  }

  @Test func linesArraysAndTexts() throws {
    let lines = "{\"prompt\":\"A\",\"completion\":\"B\"}\n\n  \r\n{\"text\":\"C\"}"
    #expect(try rows("a.jsonl", lines) == ["<s>A⟦B</s>⟧", "<s>⟦C</s>⟧"])
    #expect(
      try rows("b.json", "\u{FEFF} [{\"prompt\":\"A\",\"completion\":\"],[\\\"\"},\n{\"text\":\"C\"}\n]\n")
        == ["<s>A⟦],[\"</s>⟧", "<s>⟦C</s>⟧"])
    #expect(try rows("c.json", lines) == ["<s>A⟦B</s>⟧", "<s>⟦C</s>⟧"])
    #expect(try rows("d.txt", "[C]\n") == ["<s>⟦[C]\n</s>⟧"])
  }

  @Test func trainOnAllTrainsOnEverythingButTheFirstToken() throws {
    let record = #"{"prompt":"A","completion":"B"}"#
    #expect(try rows("a.jsonl", record, DataOptions(trainOn: .all)) == ["<s>⟦AB</s>⟧"])
  }

  @Test func tokenizedRecordsAreKeptUnchangedAndNeedNoTokenizer() throws {
    let path = try workspace.file(
      "a.jsonl", #"{"ids":[7,8,9],"prompt_len":1}"# + "\n" + #"{"ids":[7,8,9],"prompt_len":0}"#)
    let loader = try DataLoader(template: .plain, encoder: nil, options: DataOptions(vocabularySize: 10))
    let examples = try loader.demonstrations(from: [DataSource(path: path)]).examples
    #expect(examples.map(\.tokens) == [[7, 8, 9], [7, 8, 9]])
    #expect(examples.map(\.trained) == [[1..<3], [1..<3]])
  }

  @Test func pairs() throws {
    let path = try workspace.file(
      "a.jsonl",
      #"{"prompt":"AB","chosen":"C","rejected":"DE"}"# + "\n" + #"{"prompt":"A","chosen":"C","rejected":"C"}"#)
    let data = try loader().preferences(from: [DataSource(path: path)])
    let (begin, end) = (CharacterTokenizer.firstNamed, CharacterTokenizer.firstNamed + 1)
    #expect(
      data.examples.first
        == PreferenceExample(
          prompt: [begin, 65, 66], chosen: [67, end], rejected: [68, 69, end],
          origin: ExampleOrigin(source: 0, line: 1)))
    #expect(data.total.tokens == 11 + 8)
    #expect(data.total.trainedTokens == 5 + 4)
    #expect(data.total.longest == 6)
    #expect(data.total.equalAnswers == 1)
  }

  @Test func theReportSaysWhatBecameOfTheRecords() throws {
    let path = try workspace.file(
      "train.jsonl",
      #"{"prompt":"A","completion":"B"}"# + "\n" + #"{"prompt":"A","completion":"BCDEF"}"# + "\n"
        + #"{"prompt":"ABCDEF","completion":"G"}"# + "\n" + #"{"prompt":"A","completion":" \n"}"#)
    let options = DataOptions(maximumLength: 5, lengthPolicy: .truncate)
    let data = try loader(options).demonstrations(from: [DataSource(path: path)])
    var expected = SourceReport(name: "train", path: path)
    expected.records = 4
    expected.examples = 2
    expected.tokens = 4 + 5
    expected.trainedTokens = 2 + 3
    expected.dropped = 1
    expected.truncated = 1
    expected.empty = 1
    expected.longest = 9
    #expect(data.sources.map(\.report) == [expected])
    #expect(data.total.tokens == data.examples.reduce(0) { $0 + $1.tokens.count })
  }

  @Test func originsNameSourceAndLine() throws {
    let first = try workspace.file("a.jsonl", "\n{\"text\":\"A\"}\n")
    let second = try workspace.file("b.json", "[\n {\n  \"text\": \"A\"},\n\n {\"text\":\"B\"}]")
    let data = try loader().demonstrations(from: [DataSource(path: first), DataSource(path: second)])
    #expect(
      data.examples.map(\.origin) == [
        ExampleOrigin(source: 0, line: 2), ExampleOrigin(source: 1, line: 2), ExampleOrigin(source: 1, line: 5),
      ])
    #expect(data[ExampleReference(source: 1, index: 1)].origin.line == 5)
  }

  @Test func theOrderDoesNotDependOnTheThreads() throws {
    let text = (0..<5000).map { #"{"prompt":"P\#($0)","completion":"\#(String(repeating: "x", count: $0 % 37 + 1))"}"# }
    let source = DataSource(path: try workspace.file("a.jsonl", text.joined(separator: "\n")))
    let one = try loader(threads: 1).demonstrations(from: [source])
    let three = try loader(threads: 3).demonstrations(from: [source])
    #expect(one.examples == three.examples)
    #expect(one.examples.map(\.origin.line) == Array(1...5000))
  }

  @Test func aMissingFileNamesTheNearest() throws {
    _ = try workspace.file("train.jsonl", "{}")
    let path = workspace.url.appendingPathComponent("train.json").path
    #expect(
      message { _ = try loader().demonstrations(from: [DataSource(path: path)]) }
        == "train.json: no such file. Did you mean 'train.jsonl'?")
    #expect(
      message { _ = try loader().demonstrations(from: [DataSource(path: workspace.url.path)]) }?.hasSuffix(
        ": is a folder; expected a file") == true)
  }

  @Test func errorsNameFileAndLine() {
    #expect(
      problem("a.jsonl", "{\"text\":\"A\"}\n{\"text\": B}\n")
        == "a.jsonl:2: not JSON: expected a value, found 'B' (column 10)")
    #expect(
      problem("a.jsonl", "{\"text\":\"A\"}\n{\"text\":5}\n") == "a.jsonl:2: 'text' must be a string, found a number")
    #expect(
      problem("a.json", "[{\"text\":\"A\"},\n{\"text\":\n B}]")
        == "a.json:3: not JSON: expected a value, found 'B' (column 2)")
    #expect(problem("a.json", "[{\"text\":\"A\"}\n,]") == "a.json:2: expected a record, found ']'")
    #expect(
      problem("a.json", "[{\"text\":\"A\"}")
        == "a.json:1: the array has no closing ']'; its last record begins on line 1")
    #expect(problem("a.json", "[{\"text\":\"A\"},\n") == "a.json:2: the array has no closing ']'")
    #expect(
      problem("a.json", "[{\"text\":\"A\"}]\n]") == "a.json:2: expected the end of the file after the array's ']'")
    #expect(
      problem("a.csv", "prompt,completion\nA,B\n")
        == "a.csv:1: not JSON: expected a value, found 'p' (column 1); expected one JSON object per line, one array of "
        + "objects, or a text file named .txt")
    #expect(problem("a.txt", "") == "a.txt: the file contains no records")
    #expect(problem("a.jsonl", "\n\n") == "a.jsonl: the file contains no records")
    #expect(problem("a.json", "[ ]") == "a.json: the file contains no records")
  }

  @Test func bytesThatAreNoText() throws {
    let lines = DataSource(path: try workspace.file("a.jsonl", Array("{\"text\":\"".utf8) + [0xFF] + Array("\"}".utf8)))
    #expect(
      message { _ = try loader().demonstrations(from: [lines]) }?.hasPrefix(
        "a.jsonl:1: not JSON: a string is not valid")
        == true)
    let text = DataSource(path: try workspace.file("a.txt", [0x41, 0xFF]))
    #expect(
      message { _ = try loader().demonstrations(from: [text]) }
        == "a.txt:1: the text is not valid UTF-8; save the file as UTF-8 (iconv -f LATIN1 -t UTF-8)")
  }

  @Test func anEmptyAnswerIsAnErrorUnlessRecordsMayBeLeftOut() throws {
    let record = #"{"prompt":"A","completion":""}"#
    #expect(
      problem("a.jsonl", record)
        == "a.jsonl:1: the answer is empty, so there is nothing to train on; fix or remove the record, or skip such "
        + "records with data.length_policy: drop")
    #expect(try rows("b.jsonl", record + "\n{\"text\":\"B\"}", DataOptions(lengthPolicy: .drop)) == ["<s>⟦B</s>⟧"])
    #expect(
      problem("c.jsonl", record, DataOptions(lengthPolicy: .drop))
        == "c.jsonl: none of its 1 records can be trained on: 0 are longer than data.max_length (the longest has 0 "
        + "tokens), 1 have no answer to train on")
    #expect(
      problem("d.jsonl", #"{"messages":[{"role":"user","content":"Q"}]}"#)?.hasPrefix(
        "d.jsonl:1: the conversation has no message of the assistant, so") == true)
    #expect(problem("e.jsonl", #"{"text":" "}"#)?.hasPrefix("e.jsonl:1: the text is empty, so") == true)
    #expect(
      problem("f.jsonl", #"{"ids":[1,2],"prompt_len":2}"#)?.hasPrefix(
        "f.jsonl:1: no token of the record is a target, so") == true)
  }

  @Test func allProblemsAreReportedTogetherUpToALimit() throws {
    let first = try workspace.file("a.jsonl", "{\n{\"text\":1}\n{\"text\":\"A\"}\n{\"txt\":\"A\"}")
    let second = try workspace.file("b.json", "[{}, 7]")
    let third = workspace.url.appendingPathComponent("none.jsonl").path
    let sources = [first, second, third].map { DataSource(path: $0) }
    let all = message { _ = try loader().demonstrations(from: sources, problems: .collect(limit: 20)) } ?? ""
    #expect(
      all.split(separator: "\n").map { $0.split(separator: " ").first ?? "" } == [
        "a.jsonl:1:", "a.jsonl:2:", "a.jsonl:4:", "b.json:1:", "b.json:1:", "none.jsonl:",
      ])
    let two = message { _ = try loader().demonstrations(from: sources, problems: .collect(limit: 2)) } ?? ""
    #expect(two.hasSuffix("\na.jsonl:2: 'text' must be a string, found a number\nand 4 more problems"))
  }

  @Test func whatNoRecordCanFixIsReportedOnce() throws {
    let path = try workspace.file("a.jsonl", String(repeating: "{\"prompt\":\"A\",\"completion\":\"B\"}\n", count: 9))
    let model = try DataLoader(template: .model, encoder: Self.encoder, options: DataOptions())
    let problem = message {
      _ = try model.demonstrations(from: [DataSource(path: path)], problems: .collect(limit: 20))
    }
    #expect(problem?.hasPrefix("data.template: 'model'") == true)
    #expect(problem?.contains("\n") == false)
    let none = try DataLoader(template: .plain, encoder: nil, options: DataOptions())
    #expect(kind { _ = try none.demonstrations(from: [DataSource(path: path)]) } == .recipe)
  }

  @Test func aTemplateThatNoRecordNeedsIsNotChecked() throws {
    let path = try workspace.file("a.jsonl", #"{"text":"A"}"#)
    let loader = try DataLoader(template: .chatml, encoder: Self.encoder, options: DataOptions())
    #expect(try loader.demonstrations(from: [DataSource(path: path)]).total.examples == 1)
  }

  @Test func impossibleOptions() throws {
    #expect(
      message { _ = try loader(DataOptions(maximumLength: 0)) } == "data.max_length must be at least 1, found 0")
    let path = try workspace.file("a.jsonl", "{}")
    #expect(
      message { _ = try loader().demonstrations(from: [DataSource(path: path), DataSource(path: path)]) }
        == "data: two sources are named 'a'; give each its own name (name: …)")
  }

  @Test func sourcesAreNamedAfterTheirFiles() {
    #expect(DataSource(path: "data/held-out.v2.jsonl").name == "held-out.v2")
    #expect(DataSource(path: ".hidden").name == ".hidden")
    #expect(DataSource(path: "x/train", name: "mine").name == "mine")
  }
}
