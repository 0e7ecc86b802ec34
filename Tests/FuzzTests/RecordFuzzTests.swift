import Diagnostics
import InstructionData
import StrictJSON
import Testing

@Suite("Mutated records")
struct RecordFuzzTests {
  private static let records = [
    #"{"instruction":"Add.","input":"2 \u00e9","output":"4"}"#,
    #"{"messages":[{"role":"system","content":"S"},{"role":"user","content":"Q"},{"role":"assistant","content":"A\n"}]}"#,
    #"{"conversations":[{"from":"human","value":"Q"},{"from":"gpt","value":"A"}]}"#,
    #"{"prompt":"P","completion":"C"}"#, #"{"text":"Some text."}"#, #"{"ids":[1,2,3],"prompt_len":1}"#,
    #"{"prompt":"Q","chosen":"A","rejected":[{"role":"assistant","content":"B"}]}"#,
    #"{"prompt":[1],"chosen":[2],"rejected":[3]}"#,
    #"{"conversations":[{"from":"human","value":"Q"}],"chosen":{"from":"gpt","value":"A"},"rejected":{"from":"gpt","value":"B"}}"#,
  ].map { Array($0.utf8) }

  /// A byte tokenizer.
  private static let encoder = TextEncoder(
    encode: { $0 == "</s>" ? [257] : $0.utf8.map(Int32.init) }, id: { ["<s>": 256, "</s>": 257][$0] }, prefix: [256],
    endOfText: 257,
    vocabularySize: 258)

  @Test("JSON alone")
  func json() throws {
    try Fuzzing.run("json", count: 2000, valid: Self.records, mutate: { $0.json($1) }) {
      _ = try JSONValue(parsing: $0)
    }
  }

  @Test("one record per line, an array, a text", arguments: ["jsonl", "json", "txt"])
  func files(form: String) throws {
    let scratch = try Scratch()
    let loader = try DataLoader(
      template: .zephyr, encoder: Self.encoder, options: DataOptions(maximumLength: 240, lengthPolicy: .truncate),
      threads: 1)
    let path = scratch["records.\(form)"].path
    let valid = Self.records.map { form == "json" ? [0x5B] + $0 + [0x5D] : $0 + [0x0A] + $0 }
    try Fuzzing.run("records.\(form)", count: 600, valid: valid, mutate: { $0.json($1) }) { bytes in
      try scratch.write(bytes, to: "records.\(form)")
      // Each record is valid for one of the two; a mutated one may be valid for neither.
      var problems: [any Error] = []
      do { _ = try loader.demonstrations(from: [DataSource(path: path)]) } catch { problems.append(error) }
      do {
        _ = try loader.preferences(from: [DataSource(path: path)], problems: .collect(limit: 5))
      } catch {
        problems.append(error)
      }
      if problems.count == 2 { throw problems[0] }
    }
  }
}
