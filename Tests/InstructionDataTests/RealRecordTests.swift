import Foundation
import InstructionData
import Testing
import Tokenization

/// Records in the forms of other tools, with Qwen2.5's own template: the numbers of tokens that transformers gives for
/// the same messages (`apply_chat_template`).
@Suite(.enabled(if: Shared.has("assets/tokenizers/qwen2.5"), "needs ../shared/assets/tokenizers/qwen2.5"))
struct RealRecordTests {
  private func loader() throws -> DataLoader {
    let path = Shared.path("assets/tokenizers/qwen2.5")
    let file = "tokenizer_config.json"
    let files = [file: try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(file)"))]
    let encoder = try TextEncoder(Tokenizer(contentsOf: URL(fileURLWithPath: "\(path)/tokenizer.json")))
    let model = try ModelTemplate(files: files, place: path)
    return try DataLoader(
      template: .model, model: model.map { .success($0) }, encoder: encoder, options: DataOptions(maximumLength: 999))
  }

  private func pair(_ record: String) throws -> PreferenceExample {
    let workspace = try Workspace()
    return try loader().preferences(from: [DataSource(path: workspace.file("a.jsonl", record))]).examples[0]
  }

  private func tokens(_ record: String) throws -> Int {
    let workspace = try Workspace()
    return try loader().demonstrations(from: [DataSource(path: workspace.file("a.jsonl", record))]).total.tokens
  }

  static let question = #""prompt":"What is the weather in Ulm?""#
  static let tools =
    #""tools":[{"type":"function","function":{"name":"get_weather","description":"The weather in a city.","#
    + #""parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}]"#

  @Test func toolsBesideAPairAreInItsPrompt() throws {
    #expect(try pair(#"{\#(Self.question),"chosen":"Sunny.","rejected":"Wet."}"#).prompt.count == 37)
    let withTools = try pair(#"{\#(Self.question),\#(Self.tools),"chosen":"Sunny.","rejected":"Wet."}"#)
    #expect(withTools.prompt.count == 170)
  }

  @Test func aCallIsAnAnswer() throws {
    let call =
      #"[{"role":"assistant","content":null,"tool_calls":[{"type":"function","function":{"name":"get_weather","#
      + #""arguments":{"city":"Ulm"}}}]}]"#
    let pair = try pair(#"{\#(Self.question),\#(Self.tools),"chosen":\#(call),"rejected":"Wet."}"#)
    // The line break after <|im_end|> is not part of the answer.
    #expect(pair.prompt.count + pair.chosen.count == 192 - 1)
  }

  @Test func alpacaWithSystemAndHistory() throws {
    let record = #"{"instruction":"Name another one.","input":"","output":"Elm.""#
    #expect(try tokens("\(record)}") == 38)
    #expect(
      try tokens(#"\#(record),"system":"Answer in one word.","history":[["Name a tree.","Oak."]]}"#) == 43)
  }

  @Test func aDeveloperThatTheTemplateDoesNotKnowIsTheSystem() throws {
    #expect(
      try tokens(
        #"{"messages":[{"role":"developer","content":"Be brief."},{"role":"user","content":"Name a tree."},"#
          + #"{"role":"assistant","content":"Oak."}]}"#) == 24)
  }
}
