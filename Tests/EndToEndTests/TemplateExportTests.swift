import Foundation
import InstructionData
import StrictJSON
import TestSupport
import Testing

@Suite(
  "Built-in templates as chat_template.jinja",
  .enabled(if: Python.isThere, "ATTUNE_PYTHON names no Python with torch, transformers and PEFT"))
struct TemplateExportTests {
  /// Only the special tokens of this encoder matter, since that is all that the templates use.
  private let tokens: [Int32: String] = [0: "</s>", 1: "<s>", 2: "<|begin_of_text|>"]

  private func text(_ template: Template, _ messages: [Message], opensAnswer: Bool) throws -> String {
    let end: String
    switch template.endOfTurn {
    case .named(let name): end = name
    case .endOfText: end = "</s>"
    }
    // Llama 3 starts with its own token, Llama 2 writes <s> itself, all others leave it to the tokenizer.
    let beginning = [.llama2: "", .llama3: "<|begin_of_text|>"][template.name] ?? "<s>"
    return try beginning
      + template.segments(of: messages, opensAnswer: opensAnswer).map { segment in
        switch segment {
        case .frame(let text): text
        case .answer(let text): text + end
        }
      }.joined()
  }

  @Test("transformers renders the text that Attune trains on")
  func rendering() throws {
    let encoder = TextEncoder(
      encode: { text in [1, 0, 2].filter { [0: "</s>", 1: "<s>", 2: "<|begin_of_text|>"][$0] == text } },
      id: { name in [0: "</s>", 1: "<s>", 2: "<|begin_of_text|>"].first { $0.value == name }?.key }, prefix: [1],
      endOfText: 0, vocabularySize: 3)
    let question = Message(.user, " What's \"this\"?\n\\n ")
    let conversations: [[Message]] = [
      [question], [question, Message(.assistant, "An {{ answer }}\n")],
      [Message(.system, " Be kind. "), question, Message(.assistant, "Yes."), Message(.user, "Sure?")],
    ]
    var jobs: [JSONValue] = []
    for template in Template.builtIn {
      let jinja = try #require(template.jinja(for: encoder) { tokens[$0] }, "\(template.name)")
      // Alpaca supports only a single instruction with its answer.
      for messages in conversations where template.name != .alpaca || messages.count < 3 {
        let opensAnswer = messages.last?.role == .user
        jobs.append([
          "name": .string(template.name.rawValue), "template": .string(jinja), "opens": .bool(opensAnswer),
          "expected": .string(try text(template, messages, opensAnswer: opensAnswer)),
          "messages": .array(
            messages.map { ["role": .string($0.role.rawValue), "content": .string($0.content)] }),
        ])
      }
    }
    #expect(jobs.count == 17)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("attune-templates-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("jobs.json")
    try Data(JSONValue.array(jobs).compactText.utf8).write(to: file)
    let run = try Python.run(Self.script, arguments: [file.path], in: folder)
    #expect(run.status == 0, "\(run.errors)")
  }

  private static let script = """
    import json, sys
    from transformers.utils.chat_template_utils import render_jinja_template
    for job in json.load(open(sys.argv[1])):
        found = render_jinja_template(conversations=[job["messages"]], chat_template=job["template"],
                                      add_generation_prompt=job["opens"])[0][0]
        assert found == job["expected"], f"{job['name']}: {found!r} for {job['expected']!r}"
    """
}
