import Foundation
import InstructionData
import StrictJSON
import TestSupport
import Testing
import Tokenization

/// The built-in templates with real tokenizers: the tokens are those of `apply_chat_template` with the template that a
/// model is exported with, unless one of them would span the beginning of an answer.
@Suite(.enabled(if: Shared.has("assets/tokenizers"), "needs ../shared/assets"))
struct BuiltInTemplateTests {
  static let folders = [
    "tokenizers/gpt2", "tokenizers/llama2", "tokenizers/llama3", "tokenizers/qwen2.5", "models/stories260K",
    "models/tinystories-656K", "models/SmolLM2-135M-Instruct",
  ]
  static let question = [Message(.user, "What is a tree?"), Message(.assistant, "The oak.")]
  static let conversations = [
    question,
    [Message(.user, "Say it.\n"), Message(.assistant, "It's 15.\nOr 16."), Message(.user, "Thänks!"), question[1]],
    [Message(.system, "Be brief.")] + question,
  ]

  static func encoder(_ folder: String) throws -> (TextEncoder, Tokenizer) {
    let url = URL(fileURLWithPath: Shared.path("assets/\(folder)/tokenizer.json"))
    let tokenizer = try Tokenizer(contentsOf: url)
    // Otherwise named in the model's configuration.
    let end = ["<|end_story|>", "<|endoftext|>"].lazy.compactMap { tokenizer.id(of: $0) }.first
    return (TextEncoder(tokenizer, endOfText: end), tokenizer)
  }

  @Test(.enabled(if: Python.isThere, "ATTUNE_PYTHON names no Python with transformers"), arguments: folders)
  func theTokensAreThoseOfTransformersForTheExportedTemplate(_ folder: String) throws {
    let (encoder, tokenizer) = try Self.encoder(folder)
    var jobs: [JSONValue] = []
    for template in Template.builtIn {
      guard let chat = try? ChatEncoder(template: template, encoder: encoder) else { continue }
      let jinja = try #require(template.jinja(for: encoder, token: tokenizer.token))
      for messages in Self.conversations where template.name != .alpaca || messages.count == 2 {
        let row = try chat.rows(of: messages)[0]
        let prompt = try chat.promptTokens(for: Array(messages.dropLast()))
        #expect(row.answers.last?.lowerBound == prompt.count && row.ids.starts(with: prompt))
        jobs.append([
          "name": .string(template.name.rawValue), "template": .string(jinja),
          "ids": .array(row.ids.map { .integer($0) }), "prompt": .array(prompt.map { .integer($0) }),
          "messages": .array(messages.map { ["role": .string($0.role.rawValue), "content": .string($0.content)] }),
        ])
      }
    }
    #expect(jobs.count >= 3)
    let workspace = try Workspace()
    let file = try workspace.file("jobs.json", JSONValue.array(jobs).compactText)
    let run = try Python.run(
      Self.program, arguments: [file, Shared.path("assets/\(folder)/tokenizer.json")], in: workspace.url)
    #expect(run.status == 0, "\(run.errors)")
  }

  static let program = """
    import json, sys
    from tokenizers import Tokenizer
    from transformers.utils.chat_template_utils import render_jinja_template
    tokenizer = Tokenizer.from_file(sys.argv[2])
    encode = lambda text: tokenizer.encode(text, add_special_tokens=False).ids
    for job in json.load(open(sys.argv[1])):
        def text(messages, prompt):
            return render_jinja_template([messages], chat_template=job["template"], add_generation_prompt=prompt)[0][0]
        whole, prompt = text(job["messages"], False), text(job["messages"][:-1], True)
        found, asked = encode(whole), encode(prompt)
        assert asked == job["prompt"], f"{job['name']}: prompt {asked} for {job['prompt']}"
        if found[:len(asked)] != asked:
            # A token spans the beginning of the answer (`:The`), which no model writes after its prompt.
            assert job["name"] == "alpaca"
            found = asked + encode(whole[len(prompt):])
        assert found == job["ids"], f"{job['name']}: {found} for {job['ids']}"
    """

  /// SentencePiece puts `▁` before a text, not before an answer within it.
  @Test func anAnswerContinuesItsPrompt() throws {
    let (encoder, _) = try Self.encoder("tokenizers/llama2")
    func answer(_ template: Template) throws -> [Int32] {
      let row = try ChatEncoder(template: template, encoder: encoder).rows(of: Self.question)[0]
      return Array(row.ids[row.answers[0]])
    }
    #expect(try answer(.zephyr) == [1576, 288, 557, 29889, 2])
    #expect(try answer(.llama2) == [450, 288, 557, 29889, 29871, 2])
    #expect(try answer(.alpaca) == [1576, 288, 557, 29889, 2])
  }

  /// Where a token would span the beginning of an answer, the answer is tokenized apart, still without `▁`.
  @Test func noTokenSpansTheBeginningOfAnAnswer() throws {
    let (encoder, _) = try Self.encoder("tokenizers/llama2")
    let chat = try ChatEncoder(template: .plain, encoder: encoder)
    let row = try chat.rows(of: [Message(.user, "Once up"), Message(.assistant, "on a time")])[0]
    #expect(try chat.promptTokens(for: [Message(.user, "Once up")]) == Array(row.ids[..<row.answers[0].lowerBound]))
    #expect(Array(row.ids[row.answers[0]]) == [265, 263, 931, 2])
  }

  @Test func aTextBringsItsOwnBeginningAndEnd() throws {
    let (encoder, tokenizer) = try Self.encoder("tokenizers/llama2")
    let text = "<s>[INST] Name a tree. [/INST] Oak. </s>"
    #expect(encoder.framed(text, isEnded: true) == tokenizer.encode(text, addSpecialTokens: false))
    #expect(encoder.framed("Oak.", isEnded: true) == [1] + tokenizer.encode("Oak.", addSpecialTokens: false) + [2])
  }
}
