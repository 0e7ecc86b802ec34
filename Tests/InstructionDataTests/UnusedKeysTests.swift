import InstructionData
import StrictJSON
import Testing

/// Keys of records that nothing reads are counted and named, once for each source.
@Suite struct UnusedKeysTests {
  let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func keys(
    _ lines: [String], for purpose: RecordPurpose = .demonstration, columns: [String: String] = [:]
  ) throws -> UnusedKeys {
    let loader = try DataLoader(
      template: .plain, encoder: DataLoaderTests.encoder, options: DataOptions(columns: columns), threads: 2)
    let source = DataSource(path: try workspace.file("a.jsonl", lines.joined(separator: "\n")))
    return switch purpose {
    case .demonstration: try loader.demonstrations(from: [source]).sources[0].report.unusedKeys
    case .preference: try loader.preferences(from: [source]).sources[0].report.unusedKeys
    case .judgement: try loader.judgements(from: [source]).sources[0].report.unusedKeys
    }
  }

  @Test func keysAreNamedWithTheirCounts() throws {
    let found = try keys([
      #"{"id":1,"prompt":"Q","completion":"A","note":null}"#, #"{"id":2,"prompt":"Q","completion":"A","tags":[]}"#,
      #"{"messages":[{"role":"user","content":"Q","ts":3},{"role":"assistant","content":"A","ts":4,"weight":1}]}"#,
    ])
    #expect(
      found.text
        == "'id' (2 records), 'tags' (1 record); in messages, where only a model's own template can read them: "
        + "'ts' (2 messages)")
    #expect(found.json == ["records": ["id": 2, "tags": 1], "messages": ["ts": 2]])
    #expect(try keys([#"{"prompt":"Q","completion":"A","system":null}"#]).isEmpty)
  }

  @Test func namesOfPeopleAreForTheModelsTemplate() throws {
    let found = try keys([
      #"{"messages":[{"role":"user","name":"Ada","content":"Q"},{"role":"assistant","content":"A"}]}"#
    ])
    #expect(found.json == ["records": [:], "messages": ["name": 1]])
  }

  @Test func keysOfAnotherFormAreNotReadEither() throws {
    #expect(
      try keys([#"{"text":"A","system":"S"}"#, #"{"messages":[{"role":"assistant","content":"A"}],"prompt":"Q"}"#]).text
        == "'system' (1 record), 'prompt' (1 record)")
    // What repeats a key that is read says nothing new.
    #expect(
      try keys([#"{"instruction":"Q","output":"A","chosen":"A","rejected":"B"}"#], for: .preference).isEmpty)
    #expect(
      try keys([#"{"instruction":"Q","output":"C","chosen":"A","rejected":"B"}"#], for: .preference).text
        == "'output' (1 record)")
  }

  @Test func aKeyForAnAbsentColumnIsProposed() throws {
    let record = [#"{"prompt":"Q","completion":"A","system_prompt":"S"}"#]
    #expect(
      try keys(record).text == "'system_prompt' (1 record; data.columns: {system: system_prompt} would read it)")
    let renamed = try decodedRecord(record[0], columns: ["system": "system_prompt"])
    #expect(renamed == .conversation([Message(.system, "S"), Message(.user, "Q"), Message(.assistant, "A")]))
  }

  @Test func renamedColumnsAreKnown() throws {
    let columns = ["prompt": "frage", "completion": "antwort"]
    #expect(try keys([#"{"frage":"Q","antwort":"A"}"#], columns: columns).isEmpty)
    #expect(try keys([#"{"frage":"Q","antwort":"A","prompt":"P"}"#], columns: columns).text == "'prompt' (1 record)")
  }

  @Test func atMostTwentyKeysAreKept() throws {
    let lines = (0..<50).map { #"{"text":"A","key\#($0)":1,"\#(String(repeating: "k", count: 90))":1}"# }
    let found = try keys(lines)
    #expect(found.ofRecords.count == 20)
    #expect(found.areMore)
    #expect(found.text.hasSuffix("; and others"))
    #expect(found.ofRecords[1].name == String(repeating: "k", count: 40) + "…")
    #expect(found.ofRecords[1].count == 50)
  }
}
