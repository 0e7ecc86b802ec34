import InstructionData
import Testing

/// The exact text of every template, with the trained parts between ⟦ and ⟧.
@Suite struct TemplateTests {
  static let named = [
    "<s>", "</s>", "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|begin_of_text|>", "<|start_header_id|>",
    "<|end_header_id|>", "<|eot_id|>",
  ]
  static let encoder = CharacterTokenizer.encoder(named, prefix: ["<s>"], endOfText: "<|endoftext|>")

  static let single = [Message(.user, "Hi"), Message(.assistant, "Hello")]
  static let several = [
    Message(.system, "Be brief."), Message(.user, " One? "), Message(.assistant, " 1 "), Message(.user, "Two?"),
    Message(.assistant, "2"),
  ]

  private func row(_ template: Template, _ messages: [Message]) throws -> String {
    let row = try ChatEncoder(template: template, encoder: Self.encoder).rows(of: messages)[0]
    let example = Example(tokens: row.ids, trained: row.answers, origin: ExampleOrigin(source: 0, line: 1))
    return CharacterTokenizer.row(example, Self.named)
  }

  @Test func alpacaIsStanfordsTextWithoutInput() throws {
    let row = try row(.alpaca, [Message(.user, "Name a color."), Message(.assistant, "Red")])
    #expect(
      row == """
        <s>Below is an instruction that describes a task. Write a response that appropriately completes the request.

        ### Instruction:
        Name a color.

        ### Response:⟦Red<|endoftext|>⟧
        """)
  }

  @Test func alpacaIsStanfordsTextWithInput() throws {
    let row = try row(.alpaca, [Message(.user, "Translate.", input: "rouge"), Message(.assistant, "red")])
    #expect(
      row
        == "<s>Below is an instruction that describes a task, paired with an input that provides further context. "
        + "Write a response that appropriately completes the request.\n\n### Instruction:\nTranslate.\n\n### Input:\n"
        + "rouge\n\n### Response:⟦red<|endoftext|>⟧")
  }

  @Test func alpacaRefusesConversations() {
    let problem = message { _ = try Template.alpaca.segments(of: Self.several) }
    #expect(
      problem
        == "the template 'alpaca' writes one instruction and one answer, found the turns system, user, assistant, user, "
        + "assistant; choose a template for conversations: chatml, llama2, llama3 or zephyr")
  }

  @Test func chatMLTrainsTheEndOfTurnButNotTheLineBreakAfterIt() throws {
    #expect(
      try row(.chatml, Self.single)
        == "<s><|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n⟦Hello<|im_end|>⟧\n")
    #expect(
      try row(.chatml, Self.several)
        == "<s><|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n One? <|im_end|>\n<|im_start|>assistant\n"
        + "⟦ 1 <|im_end|>⟧\n<|im_start|>user\nTwo?<|im_end|>\n<|im_start|>assistant\n⟦2<|im_end|>⟧\n")
  }

  @Test func llama2BeginsEveryUserTurnAndStripsContents() throws {
    #expect(try row(.llama2, Self.single) == "<s>[INST] Hi [/INST]⟦ Hello </s>⟧")
    #expect(
      try row(.llama2, Self.several)
        == "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nOne? [/INST]⟦ 1 </s>⟧<s>[INST] Two? [/INST]⟦ 2 </s>⟧")
  }

  @Test func llama2RefusesTurnsOutOfOrder() {
    let problem = message { _ = try Template.llama2.segments(of: Self.several + [Message(.assistant, "3")]) }
    #expect(
      problem
        == "the template 'llama2' writes user and assistant in turns, and a system message only before them; message 6 "
        + "has the role 'assistant', expected 'user'")
  }

  @Test func llama3BeginsTheTextOnceWithItsOwnToken() throws {
    #expect(
      try row(.llama3, Self.single)
        == "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
        + "<|start_header_id|>assistant<|end_header_id|>\n\n⟦Hello<|eot_id|>⟧")
    #expect(
      try row(.llama3, Self.several)
        == "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
        + "<|start_header_id|>user<|end_header_id|>\n\nOne?<|eot_id|>"
        + "<|start_header_id|>assistant<|end_header_id|>\n\n⟦1<|eot_id|>⟧"
        + "<|start_header_id|>user<|end_header_id|>\n\nTwo?<|eot_id|>"
        + "<|start_header_id|>assistant<|end_header_id|>\n\n⟦2<|eot_id|>⟧")
  }

  @Test func zephyrStripsContents() throws {
    #expect(try row(.zephyr, Self.single) == "<s><|user|>\nHi</s>\n<|assistant|>\n⟦Hello</s>⟧\n")
    #expect(
      try row(.zephyr, Self.several)
        == "<s><|system|>\nBe brief.</s>\n<|user|>\nOne?</s>\n<|assistant|>\n⟦1</s>⟧\n<|user|>\nTwo?</s>\n"
        + "<|assistant|>\n⟦2</s>⟧\n")
  }

  @Test func plainIsPromptCompletionEndOfText() throws {
    #expect(
      try row(.plain, [Message(.user, "2+2="), Message(.assistant, "4")]) == "<s>2+2=⟦4<|endoftext|>⟧")
  }

  @Test func inputFollowsTheInstructionIfATemplateHasNoPlaceForIt() throws {
    #expect(
      try row(.plain, [Message(.user, "Add.", input: "2, 3"), Message(.assistant, "5")])
        == "<s>Add.\n2, 3⟦5<|endoftext|>⟧")
  }

  @Test func aConversationMayEndWithAnotherRole() throws {
    #expect(
      try row(.zephyr, Self.single + [Message(.user, "Bye")])
        == "<s><|user|>\nHi</s>\n<|assistant|>\n⟦Hello</s>⟧\n<|user|>\nBye</s>\n")
  }

  @Test(arguments: Template.builtIn.map(\.name))
  func thePromptAtInferenceEqualsWhatPrecedesTheAnswerInTraining(_ name: TemplateName) throws {
    let chat = try ChatEncoder(template: .named(name), encoder: Self.encoder)
    let conversations = name == .alpaca ? [Self.single] : [Self.single, Self.several]
    for messages in conversations {
      let row = try chat.rows(of: messages)[0]
      let answered = messages.indices.filter { messages[$0].role == .assistant }
      for (answer, place) in zip(row.answers, answered) {
        let before = Array(messages[..<place])
        let tokens = try chat.tokens(of: [messages[place]], to: before)
        #expect(try chat.promptTokens(for: before) == Array(row.ids[..<answer.lowerBound]))
        #expect(tokens.prompt == Array(row.ids[..<answer.lowerBound]))
        #expect(tokens.answer == Array(row.ids[answer]))
      }
      #expect(row.answers.count == answered.count)
    }
  }

  @Test func anAnswerEndsAtTheEndOfTurnOrOfText() throws {
    let stops = { (template: Template) in
      CharacterTokenizer.text(try ChatEncoder(template: template, encoder: Self.encoder).stopIDs, Self.named)
    }
    #expect(try stops(.chatml) == "<|im_end|><|endoftext|>")
    #expect(try stops(.plain) == "<|endoftext|>")
  }

  @Test func aTemplateWhoseEndOfTurnIsNotOneTokenIsRefused() {
    let encoder = CharacterTokenizer.encoder(["<s>", "</s>"], prefix: ["<s>"], endOfText: "</s>")
    let problem = message { _ = try ChatEncoder(template: .chatml, encoder: encoder) }
    #expect(
      problem
        == "data.template: 'chatml' does not fit this tokenizer: the template ends a turn with '<|im_end|>', which is "
        + "not a single token of the tokenizer; templates that fit: alpaca, llama2, zephyr, plain")
    #expect(kind { _ = try ChatEncoder(template: .llama3, encoder: encoder) } == .recipe)
  }

  @Test func aTemplateNeedsItsBeginningAndAnEndOfText() {
    let encoder = CharacterTokenizer.encoder(["</s>"])
    #expect(
      message { _ = try ChatEncoder(template: .llama2, encoder: encoder) }
        == "data.template: 'llama2' does not fit this tokenizer: the template begins a turn with '<s>', which is not a "
        + "single token of the tokenizer; templates that fit: zephyr")
    #expect(
      message { _ = try ChatEncoder(template: .plain, encoder: encoder) }
        == "data.template: 'plain' does not fit this tokenizer: the template ends a turn with the end-of-text token, and the "
        + "tokenizer has none; templates that fit: zephyr")
  }

  @Test func aLlama3DerivativeBeginsAsItsPostProcessorSays() throws {
    let named = ["<bos>", "<|eot_id|>"]
    let encoder = CharacterTokenizer.encoder(named, prefix: ["<bos>"])
    let ids = try ChatEncoder(template: .llama3, encoder: encoder).promptTokens(for: [Message(.user, "Hi")])
    #expect(
      CharacterTokenizer.text(ids, named)
        == "<bos><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
        + "<|start_header_id|>assistant<|end_header_id|>\n\n")
  }

  @Test func aModelWithoutATemplateOfItsOwnIsRefused() {
    #expect(
      message { _ = try ChatEncoder(.model, model: nil, encoder: Self.encoder) }
        == "data.template: 'model' asks for the model's own chat template, but the model has none (a "
        + "chat_template.jinja, or chat_template in its tokenizer_config.json); choose one of alpaca, chatml, llama2, "
        + "llama3, zephyr, plain")
  }
}
