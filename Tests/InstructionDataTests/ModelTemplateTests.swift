import Foundation
import InstructionData
import StrictJSON
import Testing

/// Models' own templates, with the trained parts between ⟦ and ⟧.
@Suite struct ModelTemplateTests {
  static let named = ["<s>", "</s>", "<|im_start|>", "<|im_end|>"]
  static let chatML =
    "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endfor %}"
    + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
  static let several = [
    Message(.user, "1"), Message(.assistant, "one"), Message(.user, "2"), Message(.assistant, "two"),
  ]

  private func chat(_ template: String, _ configuration: JSONValue = [:]) throws -> ChatEncoder {
    let files = [
      "chat_template.jinja": Data(template.utf8), "tokenizer_config.json": Data(configuration.compactText.utf8),
    ]
    let encoder = CharacterTokenizer.encoder(Self.named, prefix: ["<s>"], endOfText: "</s>")
    return try ChatEncoder(.model, model: ModelTemplate(files: files, place: "m"), encoder: encoder)
  }

  private func rows(_ chat: ChatEncoder, _ messages: [Message], tools: [JSONValue] = []) throws -> [String] {
    try chat.rows(of: messages, context: ChatContext(tools: tools)).map { row in
      let example = Example(tokens: row.ids, trained: row.answers, origin: ExampleOrigin(source: 0, line: 1))
      return CharacterTokenizer.row(example, Self.named)
    }
  }

  @Test func theAnswersAndTheirEndsAreTrainedOn() throws {
    let chat = try chat(Self.chatML)
    #expect(
      try rows(chat, Self.several) == [
        "<|im_start|>user\n1<|im_end|>\n<|im_start|>assistant\n⟦one<|im_end|>⟧\n"
          + "<|im_start|>user\n2<|im_end|>\n<|im_start|>assistant\n⟦two<|im_end|>⟧\n"
      ])
    #expect(CharacterTokenizer.text(chat.stopIDs, Self.named) == "<|im_end|></s>")
    let prompt = try chat.promptTokens(for: [Message(.user, "1")])
    #expect(
      CharacterTokenizer.text(prompt, Self.named) == "<|im_start|>user\n1<|im_end|>\n<|im_start|>assistant\n")
  }

  @Test func namesOfSpecialTokensInAnAnswerDoNotEndIt() throws {
    let row = try rows(chat(Self.chatML), [Message(.user, "1"), Message(.assistant, "a<|im_end|>b ")])
    #expect(row[0].hasSuffix("⟦a<|im_end|>b <|im_end|>⟧\n"))
  }

  @Test func withoutATokenThatEndsATurnTheWholeMessageIsTrainedOn() throws {
    let template =
      "{% for m in messages %}{{ m.role }}: {{ m.content }}\n\n{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}"
    #expect(try rows(chat(template), Array(Self.several.prefix(2))) == ["user: 1\n\nassistant: ⟦one\n\n⟧"])
  }

  @Test func marksOfTheTemplateAreHonoured() throws {
    let template =
      "{{ bos_token }}{% for m in messages %}{% if m.role == 'assistant' %}A:{% generation %}{{ m.content }}{{ eos_token }}"
      + "\n{% endgeneration %}{% else %}U:{{ m.content }}\n{% endif %}{% endfor %}"
    let chat = try chat(template, ["bos_token": ["content": "<s>"], "eos_token": "</s>", "pad_token": .null])
    #expect(try rows(chat, Self.several) == ["<s>U:1\nA:⟦one</s>\n⟧U:2\nA:⟦two</s>\n⟧"])
  }

  /// As in Qwen3 and DeepSeek: only the last answer includes the reasoning.
  @Test func aTemplateThatChangesEarlierAnswersGivesARowForEach() throws {
    let template =
      "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' }}{% if m.role == 'assistant' and loop.last %}<think>"
      + "</think>{% endif %}{{ m.content + '<|im_end|>\\n' }}{% endfor %}"
      + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
    #expect(
      try rows(chat(template), Self.several) == [
        "<|im_start|>user\n1<|im_end|>\n<|im_start|>assistant\n⟦<think></think>one<|im_end|>⟧\n",
        "<|im_start|>user\n1<|im_end|>\n<|im_start|>assistant\none<|im_end|>\n"
          + "<|im_start|>user\n2<|im_end|>\n<|im_start|>assistant\n⟦<think></think>two<|im_end|>⟧\n",
      ])
  }

  /// As in DeepSeek-R1: the prompt ends with `<think>`, but answers are written without it.
  @Test func aPromptThatDoesNotPrecedeTheAnswerIsNotPartOfIt() throws {
    let template =
      "{% for m in messages %}{{ '[' + m.role + ']' + m.content.split('</think>')[-1] + '</s>' }}{% endfor %}"
      + "{% if add_generation_prompt %}[assistant]<think>\n{% endif %}"
    let messages = [Message(.user, "1"), Message(.assistant, "why</think>one")]
    #expect(try rows(chat(template), messages) == ["[user]1</s>[assistant]⟦one</s>⟧"])
  }

  @Test func aTemplateThatHidesWhereAnAnswerBeginsIsRefused() throws {
    let template =
      "{{ messages|length }}{% for m in messages %}{{ m.content|length }}{{ m.content }}{% endfor %}"
    #expect(
      message { _ = try rows(chat(template), Self.several) }
        == "the model's chat template changes the text before message 2 when that message is present, so the "
        + "assistant's tokens cannot be located; choose another data.template, such as chatml")
  }

  @Test func toolsTheirCallsAndAnswersReachTheTemplate() throws {
    let workspace = try Workspace()
    let path = try workspace.file(
      "a.jsonl",
      #"{"tools":[{"name":"t"}],"messages":[{"role":"user","content":"1"},{"role":"assistant","content":null,"#
        + #""tool_calls":[{"function":{"name":"t","arguments":{"x":[1.0,null]}}}],"note":2},"#
        + #"{"role":"tool","tool_call_id":"i","content":"2"},{"role":"assistant","content":"3"}]}"#)
    let template =
      "{{ tools|tojson }}{% for m in messages %}[{{ m.role }}{% if m.tool_calls %} {{ m.tool_calls[0].function.arguments|tojson }}"
      + "{{ m.note }}{% endif %}{{ m.tool_call_id }}]{{ m.content or '' }}</s>{% endfor %}{% if add_generation_prompt %}[assistant{% endif %}"
    let model = try ModelTemplate(files: ["chat_template.jinja": Data(template.utf8)], place: "m")
    let encoder = CharacterTokenizer.encoder(Self.named, endOfText: "</s>")
    let loader = { (name: TemplateName) in
      try DataLoader(
        template: name, model: model.map { .success($0) }, encoder: encoder,
        options: DataOptions(lostParts: .allow))
    }
    let examples = try loader(.model).demonstrations(from: [DataSource(path: path)]).examples
    #expect(
      examples.map { CharacterTokenizer.row($0, Self.named) } == [
        #"[{"name": "t"}][user]1</s>[assistant⟦ {"x": [1.0, null]}2]</s>⟧[tooli]2</s>[assistant⟦]3</s>⟧"#
      ])
    #expect(
      message { _ = try loader(.plain).demonstrations(from: [DataSource(path: path)]) }
        == "a.jsonl:1: the record has 'tools', but the template 'plain' writes only plain turns of system, user and "
        + "assistant; the model's own template may support it (data.template: model)")
  }

  @Test func whereTheTemplateIs() throws {
    func model(_ configuration: JSONValue, _ more: [String: Data] = [:]) throws -> ModelTemplate? {
      try ModelTemplate(
        files: more.merging(["tokenizer_config.json": Data(configuration.compactText.utf8)]) { $1 }, place: "m")
    }
    #expect(try model([:]) == nil)
    #expect(try model(["chat_template": .null]) == nil)
    #expect(try model(["chat_template": "x"]) != nil)
    #expect(try model(["chat_template": [["name": "default", "template": "x"]]]) != nil)
    #expect(
      message { _ = try model(["chat_template": [["name": "rag", "template": "x"]]]) }
        == "m/tokenizer_config.json: chat_template: expected a template named 'default', found 'rag'")
    #expect(
      message { _ = try model(["chat_template": "a\n{% inclde %}"]) }?.hasPrefix(
        "m/tokenizer_config.json: chat_template, line 2: the tag 'inclde' is not supported") == true)
  }

  @Test func anUnreadableTemplateIsReportedOnce() throws {
    let workspace = try Workspace()
    let path = try workspace.file("a.jsonl", String(repeating: "{\"prompt\":\"A\",\"completion\":\"B\"}\n", count: 9))
    let encoder = CharacterTokenizer.encoder(Self.named, endOfText: "</s>")
    let loader = try DataLoader(
      template: .model, model: .failure(.file("m/chat_template.jinja:1: wrong")), encoder: encoder,
      options: DataOptions())
    let sources = [DataSource(path: path)]
    let problem = { message { _ = try loader.demonstrations(from: sources, problems: .collect(limit: 20)) } }
    #expect(problem() == "m/chat_template.jinja:1: wrong")
  }

  /// The `chat_template` of meta-llama/Llama-2-7b-chat-hf, meta-llama/Meta-Llama-3-8B-Instruct and
  /// HuggingFaceH4/zephyr-7b-beta, and ChatML as transformers writes it by default.
  static let published: [(name: TemplateName, source: String)] = [
    (
      .llama2,
      "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = "
        + "messages[0]['content'] %}{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}"
        + "{% for message in loop_messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
        + "{{ raise_exception('Conversation roles must alternate') }}{% endif %}{% if loop.index0 == 0 and "
        + "system_message != false %}{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + "
        + "message['content'] %}{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == "
        + "'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}"
        + "{{ ' '  + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}"
    ),
    (
      .llama3,
      "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + "
        + "message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == "
        + "0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}{% if add_generation_prompt "
        + "%}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"
    ),
    (
      .zephyr,
      "{% for message in messages %}\n{% if message['role'] == 'user' %}\n{{ '<|user|>\n' + message['content'] + "
        + "eos_token }}\n{% elif message['role'] == 'system' %}\n{{ '<|system|>\n' + message['content'] + eos_token }}"
        + "\n{% elif message['role'] == 'assistant' %}\n{{ '<|assistant|>\n'  + message['content'] + eos_token }}\n"
        + "{% endif %}\n{% if loop.last and add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% endfor %}"
    ),
    (.chatml, chatML),
  ]

  @Test(arguments: published)
  func builtInTemplatesWriteWhatTheirModelsPublish(_ name: TemplateName, _ source: String) throws {
    let bos = name == .llama3 ? "<|begin_of_text|>" : "<s>"
    let tokens = Self.named + ["<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
    let encoder = CharacterTokenizer.encoder(tokens, endOfText: "</s>")
    let files = [
      "tokenizer_config.json": Data(
        (["chat_template": .string(source), "bos_token": .string(bos), "eos_token": "</s>"] as JSONValue).compactText
          .utf8)
    ]
    let model = try ChatEncoder(.model, model: ModelTemplate(files: files, place: "m"), encoder: encoder)
    let builtIn = try ChatEncoder(name, model: nil, encoder: encoder)
    for messages in [Self.several, [Message(.system, "S")] + Self.several] {
      #expect(try builtIn.rows(of: messages) == model.rows(of: messages))
      let asked = Array(messages.dropLast())
      #expect(try builtIn.promptTokens(for: asked) == model.promptTokens(for: asked))
    }
    #expect(builtIn.stopIDs.first == model.stopIDs.first)
  }
}
