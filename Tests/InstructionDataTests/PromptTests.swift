import InstructionData
import Testing

/// Records as prompts: what precedes the answer, whether or not there is one.
@Suite struct PromptTests {
  let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func prompts(_ text: String) throws -> [Prompt] {
    let loader = try DataLoader(
      template: .plain, encoder: DataLoaderTests.encoder, options: DataOptions(), threads: 1)
    return try loader.prompts(from: try workspace.file("a.jsonl", text))
  }

  @Test func answersMayBeThereOrNot() throws {
    let begin = CharacterTokenizer.firstNamed
    let forms = [
      #"{"prompt":"AB","completion":"C"}"#, #"{"prompt":"AB"}"#, #"{"prompt":"AB","completion":null}"#,
      #"{"instruction":"AB"}"#, #"{"messages":[{"role":"user","content":"AB"}]}"#,
      #"{"messages":[{"role":"user","content":"AB"},{"role":"assistant","content":"C"}]}"#,
      #"{"prompt":"AB","chosen":"C","rejected":"D"}"#,
    ]
    let found = try prompts(forms.joined(separator: "\n"))
    #expect(found.map(\.tokens) == forms.map { _ in [begin, 65, 66] })
    #expect(found.map(\.text) == forms.map { _ in "AB" })
    #expect(found.map(\.line) == Array(1...forms.count))
    #expect(found.map(\.messages.isEmpty) == forms.map { _ in false })
  }

  @Test func textsAndTokensAreContinued() throws {
    let found = try prompts(#"{"text":"AB"}"# + "\n" + #"{"ids":[65,66,67],"prompt_len":2}"# + "\n" + #"{"ids":[65]}"#)
    #expect(found.map(\.tokens) == [[CharacterTokenizer.firstNamed, 65, 66], [65, 66], [65]])
    #expect(found.map(\.text) == ["AB", nil, nil])
    #expect(found.map(\.messages.isEmpty) == [true, true, true])
  }

  @Test func aRecordWithoutAPromptIsReportedWithItsLine() throws {
    #expect(message { _ = try prompts("") }?.contains("a.jsonl: the file contains no records") ?? false)
    #expect(
      message { _ = try prompts("{\"prompt\":\"A\"}\n{\"completion\":\"A\"}") }?.contains("a.jsonl:2: the record has")
        ?? false)
    #expect(message { _ = try prompts(#"{"ids":[65],"prompt_len":0}"#) }?.contains("a.jsonl:1: the prompt") ?? false)
    #expect(
      message { _ = try prompts(#"{"messages":[{"role":"assistant","content":"A"}]}"#) }?.contains("a.jsonl:1: ")
        ?? false)
  }
}
