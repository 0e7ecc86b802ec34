import Foundation
import InstructionData
import Testing
import Tokenization

/// Templates with real tokenizers: ids and marks as Python's `tokenizers` gives them for the whole text, without special
/// tokens of its own.
@Suite struct RealTokenizerTests {
  static let conversation = [
    Message(.system, "Be brief."), Message(.user, "What is 12+3?"), Message(.assistant, "It's 15."),
    Message(.user, "Thanks!"), Message(.assistant, "You're welcome"),
  ]
  /// ChatML keeps white space unchanged.
  static let untidy: [Message] = conversation.dropLast() + [Message(.assistant, "  You're welcome\n")]

  static func exists(_ folder: String) -> Bool { Shared.has("assets/\(folder)/tokenizer.json") }

  private func expect(
    _ template: Template, with folder: String, _ messages: [Message], ids: [Int32],
    answers: [Range<Int>]
  ) throws {
    let url = URL(fileURLWithPath: Shared.path("assets/\(folder)/tokenizer.json"))
    let chat = try ChatEncoder(
      template: template, encoder: TextEncoder(Tokenizer(contentsOf: url)))
    let found = try chat.rows(of: messages)[0]
    #expect(found.ids == ids)
    #expect(found.answers == answers)
    if let last = answers.last {
      #expect(try chat.promptTokens(for: Array(messages.dropLast())) == Array(ids[..<last.lowerBound]))
    }
  }

  @Test(.enabled(if: exists("models/SmolLM2-135M-Instruct"), "needs ../shared/assets/models/SmolLM2-135M-Instruct"))
  func chatMLWithSmolLM2() throws {
    try expect(
      .chatml, with: "models/SmolLM2-135M-Instruct", Self.untidy,
      ids: [
        1, 9690, 198, 6077, 5453, 30, 2, 198, 1, 4093, 198, 1780, 314, 216, 33, 34, 27, 35, 47, 2, 198, 1, 520, 9531,
        198, 1589, 506, 216, 33, 37, 30, 2, 198, 1, 4093, 198, 16937, 17, 2, 198, 1, 520, 9531, 198, 216, 1206, 2316,
        10668, 198, 2, 198,
      ], answers: [25..<32, 44..<50])
  }

  @Test(.enabled(if: exists("tokenizers/qwen2.5"), "needs ../shared/assets/tokenizers/qwen2.5"))
  func chatMLWithQwen() throws {
    try expect(
      .chatml, with: "tokenizers/qwen2.5", Self.untidy,
      ids: [
        151644, 8948, 198, 3430, 9814, 13, 151645, 198, 151644, 872, 198, 3838, 374, 220, 16, 17, 10, 18, 30, 151645,
        198, 151644, 77091, 198, 2132, 594, 220, 16, 20, 13, 151645, 198, 151644, 872, 198, 12658, 0, 151645, 198,
        151644, 77091, 198, 220, 1446, 2299, 10565, 198, 151645, 198,
      ], answers: [24..<31, 42..<48])
  }

  @Test(.enabled(if: exists("tokenizers/llama2"), "needs ../shared/assets/tokenizers/llama2"))
  func llama2() throws {
    try expect(
      .llama2, with: "tokenizers/llama2", Self.conversation,
      ids: [
        1, 518, 25580, 29962, 3532, 14816, 29903, 6778, 13, 3629, 11473, 29889, 13, 29966, 829, 14816, 29903, 6778,
        13, 13, 5618, 338, 29871, 29896, 29906, 29974, 29941, 29973, 518, 29914, 25580, 29962, 739, 29915,
        29879, 29871, 29896, 29945, 29889, 29871, 2, 1, 518, 25580, 29962, 1834, 29991, 518, 29914, 25580, 29962,
        887, 29915, 276, 12853, 29871, 2,
      ], answers: [32..<41, 51..<57])
  }

  @Test(.enabled(if: exists("tokenizers/llama2"), "needs ../shared/assets/tokenizers/llama2"))
  func zephyrWithLlama2sTokenizer() throws {
    try expect(
      .zephyr, with: "tokenizers/llama2", Self.conversation,
      ids: [
        1, 529, 29989, 5205, 29989, 29958, 13, 3629, 11473, 29889, 2, 29871, 13, 29966, 29989, 1792, 29989, 29958, 13,
        5618, 338, 29871, 29896, 29906, 29974, 29941, 29973, 2, 29871, 13, 29966, 29989, 465, 22137, 29989, 29958, 13,
        3112, 29915, 29879, 29871, 29896, 29945, 29889, 2, 29871, 13, 29966, 29989, 1792, 29989, 29958, 13, 16894,
        29991, 2, 29871, 13, 29966, 29989, 465, 22137, 29989, 29958, 13, 3492, 29915, 276, 12853, 2, 29871, 13,
      ], answers: [37..<45, 65..<70])
  }

  @Test(.enabled(if: exists("tokenizers/llama3"), "needs ../shared/assets/tokenizers/llama3"))
  func llama3WithADerivative() throws {
    try expect(
      .llama3, with: "tokenizers/llama3", Self.conversation,
      ids: [
        128006, 9125, 128007, 271, 3513, 10015, 13, 128009, 128006, 882, 128007, 271, 3923, 374, 220, 717, 10, 18, 30,
        128009, 128006, 78191, 128007, 271, 2181, 596, 220, 868, 13, 128009, 128006, 882, 128007, 271, 12947, 0,
        128009, 128006, 78191, 128007, 271, 2675, 2351, 10788, 128009,
      ], answers: [24..<30, 41..<45])
  }

  @Test(.enabled(if: exists("tokenizers/gpt2"), "needs ../shared/assets/tokenizers/gpt2"))
  func alpacaWithGPT2() throws {
    try expect(
      .alpaca, with: "tokenizers/gpt2", [Message(.user, "What is 12+3?"), Message(.assistant, "It's 15.")],
      ids: [
        21106, 318, 281, 12064, 326, 8477, 257, 4876, 13, 19430, 257, 2882, 326, 20431, 32543, 262, 2581, 13, 198,
        198, 21017, 46486, 25, 198, 2061, 318, 1105, 10, 18, 30, 198, 198, 21017, 18261, 25, 1026, 338, 1315, 13,
        50256,
      ], answers: [35..<40])
  }

  @Test(.enabled(if: exists("tokenizers/gpt2"), "needs ../shared/assets/tokenizers/gpt2"))
  func plainWithGPT2() throws {
    try expect(
      .plain, with: "tokenizers/gpt2", [Message(.user, "Once upon"), Message(.assistant, " a time")],
      ids: [
        7454, 2402, 257, 640, 50256,
      ], answers: [2..<5])
  }

  @Test(.enabled(if: exists("models/stories260K"), "needs ../shared/assets/models/stories260K"))
  func alpacaWithStories() throws {
    try expect(
      .alpaca, with: "models/stories260K", [Message(.user, "What is 12+3?"), Message(.assistant, "It's 15.")],
      ids: [
        1, 368, 411, 421, 327, 410, 293, 261, 416, 322, 356, 420, 425, 429, 413, 417, 289, 351, 279, 406, 429, 325,
        430, 406, 261, 259, 412, 419, 433, 426, 410, 448, 420, 275, 411, 261, 410, 276, 419, 427, 289, 372, 351, 261,
        339, 420, 414, 427, 325, 294, 411, 421, 422, 280, 287, 427, 305, 413, 406, 265, 410, 276, 456, 425, 411, 356,
        426, 13, 13, 38, 38, 38, 359, 416, 356, 420, 425, 429, 413, 417, 289, 467, 13, 448, 415, 294, 410, 293, 410,
        475, 479, 496, 472, 450, 13, 13, 38, 38, 38, 410, 461, 406, 427, 289, 372, 467, 442, 413, 439, 419, 410, 475,
        480, 426, 2,
      ], answers: [106..<115])
  }

  @Test(.enabled(if: exists("models/stories260K"), "needs ../shared/assets/models/stories260K"))
  func plainWithStories() throws {
    try expect(
      .plain, with: "models/stories260K", [Message(.user, "Once upon"), Message(.assistant, " a time")],
      ids: [
        1, 403, 407, 261, 378, 2,
      ], answers: [3..<6])
  }

  @Test(.enabled(if: exists("tokenizers/gpt2"), "needs ../shared/assets/tokenizers/gpt2"))
  func chatMLDoesNotFitGPT2() throws {
    let url = URL(fileURLWithPath: Shared.path("assets/tokenizers/gpt2/tokenizer.json"))
    let encoder = try TextEncoder(Tokenizer(contentsOf: url))
    #expect(
      message { _ = try ChatEncoder(template: .chatml, encoder: encoder) }
        == "data.template: 'chatml' does not fit this tokenizer: the template ends a turn with '<|im_end|>', which is "
        + "not a single token of the tokenizer; templates that fit: alpaca, plain")
  }

  /// In the complete text the line break and the spaces form one token, which no model generates after its prompt.
  @Test(.enabled(if: exists("models/SmolLM2-135M-Instruct"), "needs ../shared/assets/models/SmolLM2-135M-Instruct"))
  func anAnswerThatBeginsWithSpaceIsTokenizedApart() throws {
    let folder = Shared.path("assets/models/SmolLM2-135M-Instruct")
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/tokenizer_config.json"))
    let chat = try ChatEncoder(
      .model, model: ModelTemplate(files: ["tokenizer_config.json": data], place: folder),
      encoder: TextEncoder(Tokenizer(contentsOf: URL(fileURLWithPath: "\(folder)/tokenizer.json"))))
    let prompt = try chat.promptTokens(for: [Message(.user, "Hi")])
    let row = try chat.rows(of: [Message(.user, "Hi"), Message(.assistant, "  two")])[0]
    #expect(Array(row.ids.prefix(prompt.count)) == prompt)
    #expect(row.answers == [prompt.count..<row.ids.count - 1])
    #expect(chat.stopIDs.first == 2)
  }

  /// No second space precedes an answer: the tokens are those of the complete text, although SentencePiece would begin
  /// a separate text with a space.
  @Test(.enabled(if: exists("tokenizers/llama2"), "needs ../shared/assets/tokenizers/llama2"))
  func anAnswerContinuesTheTextOfItsPrompt() throws {
    let tokenizer = try Tokenizer(
      contentsOf: URL(fileURLWithPath: Shared.path("assets/tokenizers/llama2/tokenizer.json")))
    let template =
      "{{ '<s>' }}{% for m in messages %}{{ '[INST] ' + m.content + ' [/INST]' if m.role == 'user' else ' ' + m.content "
      + "+ ' </s>' }}{% endfor %}"
    let chat = try ChatEncoder(
      .model, model: ModelTemplate(files: ["chat_template.jinja": Data(template.utf8)], place: "m"),
      encoder: TextEncoder(tokenizer))
    let row = try chat.rows(of: [Message(.user, "Hi"), Message(.assistant, "It's 15.")])[0]
    #expect(row.ids == tokenizer.encode("<s>[INST] Hi [/INST] It's 15. </s>", addSpecialTokens: false))
    #expect(row.ids[row.answers[0]].first == tokenizer.id(of: "▁It"))
    #expect(row.ids[row.answers[0]].last == 2)
  }

  @Test(.enabled(if: exists("tokenizers/gpt2"), "needs ../shared/assets/tokenizers/gpt2"))
  func everyRealDataSetIsRead() throws {
    let url = URL(fileURLWithPath: Shared.path("assets/tokenizers/gpt2/tokenizer.json"))
    let encoder = try TextEncoder(Tokenizer(contentsOf: url))
    let loader = { (template: TemplateName, columns: [String: String], policy: LengthPolicy) in
      try DataLoader(
        template: template, encoder: encoder,
        options: DataOptions(maximumLength: 1024, lengthPolicy: policy, columns: columns))
    }
    let source = { (name: String) in DataSource(path: Shared.path("assets/datasets/\(name)")) }
    let alpaca = try loader(.alpaca, [:], .error).demonstrations(
      from: [
        source("instructions/alpaca-100.json"), source("instructions/alpaca-en-999.json"),
        source("instructions/instructions-1100.json"),
      ])
    #expect(alpaca.sources.map(\.report.examples) == [100, 999, 1100])
    let reasoning = try loader(.plain, ["prompt": "question", "completion": "answer"], .error)
    #expect(
      try reasoning.demonstrations(from: [source("reasoning/gsm8k-test.jsonl")]).total.examples == 1319)
    let pairs = try loader(.plain, [:], .truncate).preferences(
      from: [source("preferences/preferences-1100.json"), source("preferences/dpo-en-300.json")])
    #expect(pairs.sources.map(\.report.records) == [1100, 300])
    let text = try loader(.plain, [:], .split).demonstrations(from: [source("text/tinyshakespeare.txt")])
    #expect(text.total.trainedTokens == text.examples.reduce(0) { $0 + $1.tokens.count - 1 })
  }
}
