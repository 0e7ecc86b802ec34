import Foundation
import InstructionData
import StrictJSON
import Testing

/// What a template does not show of a record is reported, never lost in silence.
@Suite struct LostPartsTests {
  private func loader(_ template: String, _ policy: LostPartsPolicy = .error) throws -> DataLoader {
    let model = try ModelTemplate(files: ["chat_template.jinja": Data(template.utf8)], place: "m")
    let encoder = CharacterTokenizer.encoder(ModelTemplateTests.named, endOfText: "</s>")
    return try DataLoader(
      template: .model, model: model.map { .success($0) }, encoder: encoder, options: DataOptions(lostParts: policy))
  }

  private func problem(_ template: String, _ record: String) throws -> String? {
    let path = try Workspace.shared(record)
    return message { _ = try loader(template).demonstrations(from: [DataSource(path: path)]) }
  }

  private func notes(_ template: String, _ record: String) throws -> [RecordNote.Kind: Int] {
    let path = try Workspace.shared(record)
    return try loader(template, .warn).demonstrations(from: [DataSource(path: path)]).total.notes
  }

  private func rows(_ template: String, _ record: String) throws -> [String] {
    let path = try Workspace.shared(record)
    return try loader(template, .allow).demonstrations(from: [DataSource(path: path)]).examples.map {
      CharacterTokenizer.row($0, ModelTemplateTests.named)
    }
  }

  static let user = #"{"role":"user","content":"Tree?"}"#
  static let call =
    #"{"role":"assistant","content":"","tool_calls":[{"function":{"name":"look","arguments":{"at":"oaks","n":2}}}]}"#

  @Test func reasoning() throws {
    let record =
      #"{"messages":[\#(Self.user),{"role":"assistant","content":"Oak.","reasoning_content":"It is\ngreen."}]}"#
    #expect(
      try problem(ModelTemplateTests.chatML, record)
        == "a.jsonl:1: the rendered text does not show the reasoning of message 2 ('It is green.'); choose a data.template "
        + "that writes it, remove it from the record, or continue without it (data.lost_parts: warn or allow)")
    #expect(try notes(ModelTemplateTests.chatML, record) == [.lostReasoning: 1])
    let shows =
      "{% for m in messages %}[{{ m.role }}]{% if m.reasoning_content %}<think>{{ m.reasoning_content|trim }}</think>"
      + "{% endif %}{{ m.content }}</s>{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}"
    #expect(try problem(shows, record) == nil)
  }

  /// The reasoning of an earlier answer is in that answer's own row.
  @Test func reasoningOfEarlierAnswersMayBeDropped() throws {
    let template =
      "{% for m in messages %}[{{ m.role }}]{% if m.reasoning_content and loop.last %}<{{ m.reasoning_content }}>"
      + "{% endif %}{{ m.content }}</s>{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}"
    let answer = { (number: Int) in
      #"{"role":"assistant","content":"Oak.","reasoning_content":"because \#(number)"}"#
    }
    let record = #"{"messages":[\#(Self.user),\#(answer(1)),\#(Self.user),\#(answer(2))]}"#
    #expect(try problem(template, record) == nil)
    #expect(try rows(template, record).count == 2)
  }

  @Test func reasoningThatATemplateCutsFromTheAnswer() throws {
    let template =
      "{% for m in messages %}[{{ m.role }}]{{ m.content.split('</think>')[-1] }}</s>{% endfor %}"
      + "{% if add_generation_prompt %}[assistant]{% endif %}"
    let record = #"{"messages":[\#(Self.user),{"role":"assistant","content":"<think>why</think>Oak."}]}"#
    #expect(
      try problem(template, record)?.hasPrefix(
        "a.jsonl:1: the rendered text does not show the reasoning of message 2 ('why');") == true)
  }

  @Test func toolsAndTheirCalls() throws {
    let tool =
      #"{"type":"function","function":{"name":"look","description":"Looks.","parameters":{"properties":{"at":{}}}}}"#
    let record = #"{"tools":[\#(tool)],"messages":[\#(Self.user),\#(Self.call)]}"#
    #expect(
      try problem(ModelTemplateTests.chatML, record)?.hasPrefix(
        "a.jsonl:1: the rendered text does not show the tool 'look', the tool call of message 2 ('look');") == true)
    #expect(try notes(ModelTemplateTests.chatML, record) == [.lostTool: 1, .lostToolCall: 1])
  }

  @Test func aMessageThatIsNotWritten() throws {
    let template =
      "{% for m in messages %}{% if m.role != 'system' %}[{{ m.role }}]{{ m.content }}</s>{% endif %}{% endfor %}"
      + "{% if add_generation_prompt %}[assistant]{% endif %}"
    let record =
      #"{"messages":[{"role":"system","content":"Tree"},\#(Self.user),{"role":"assistant","content":"Oak."}]}"#
    #expect(
      try problem(template, record)?.hasPrefix(
        "a.jsonl:1: the rendered text does not show the text of message 1 ('Tree');") == true)
  }

  @Test func whiteSpaceAndTheSpellingOfJSONAreNoLoss() throws {
    let template =
      "{{ tools|tojson(indent=2) }}{% for m in messages %}[{{ m.role }}]{{ m.content|trim }}"
      + "{% for c in m.tool_calls or [] %}{{ c.function|tojson(ensure_ascii=true) }}{% endfor %}</s>{% endfor %}"
      + "{% if add_generation_prompt %}[assistant]{% endif %}"
    let record =
      #"{"tools":[{"name":"look","description":"Looks \"up\".\nÜber","parameters":{}}],"messages":["#
      + #"{"role":"user","content":" Tree? \n"},{"role":"assistant","content":null,"tool_calls":[{"function":"#
      + #"{"name":"look","arguments":"{\"at\": \"Zürich \\\"x\\\"\", \"n\": 1.50, \"deep\": [true, null]}"}}]}]}"#
    #expect(try problem(template, record) == nil)
  }

  @Test func partsOfTextAreJoinedWhereTheTemplateExpectsAString() throws {
    let parts = #"[{"type":"text","text":"Oak."},{"type":"text","text":"Elm."}]"#
    let record = #"{"messages":[\#(Self.user),{"role":"assistant","content":\#(parts)}]}"#
    #expect(try rows(ModelTemplateTests.chatML, record)[0].hasSuffix("⟦Oak.\nElm.<|im_end|>⟧\n"))
    let reads =
      "{% for m in messages %}[{{ m.role }}]{% if m.content is string %}{{ m.content }}{% else %}"
      + "{% for p in m.content %}{{ p.text }}{% endfor %}{% endif %}</s>{% endfor %}"
      + "{% if add_generation_prompt %}[assistant]{% endif %}"
    #expect(try rows(reads, record) == ["[user]Tree?</s>[assistant]⟦Oak.Elm.</s>⟧"])
    let image = #"{"messages":[{"role":"user","content":[{"type":"image","url":"a"}]},\#(Self.call)]}"#
    #expect(
      try problem(ModelTemplateTests.chatML, image)
        == "a.jsonl:1: message 1 has a part of type 'image'; only parts of type 'text' can be trained on")
  }

  @Test func keysThatAreNullAreAbsent() throws {
    let template =
      "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% if 'tool_calls' in m %}{{ m.tool_calls|length }}{% endif %}"
      + "</s>{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}"
    let nothing = #"{"messages":[\#(Self.user),{"role":"assistant","content":"Oak.","tool_calls":null}]}"#
    #expect(try rows(template, nothing) == ["[user]Tree?</s>[assistant]⟦Oak.</s>⟧"])
    let call = Self.call.replacing(#""content":"""#, with: #""content":null"#)
    #expect(try rows(template, #"{"messages":[\#(Self.user),\#(call)]}"#) == ["[user]Tree?</s>[assistant]⟦1</s>⟧"])
  }

  @Test func argumentsAreDecodedWhereTheTemplateReadsTheirMembers() throws {
    let template =
      "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% for c in m.tool_calls or [] %}{{ c.function.name }}("
      + "{% for k, v in c.function.arguments.items() %}{{ k }}={{ v }};{% endfor %}){% endfor %}</s>{% endfor %}"
      + "{% if add_generation_prompt %}[assistant]{% endif %}"
    let record = { (arguments: String) in
      #"{"messages":[\#(Self.user),{"role":"assistant","content":"","tool_calls":[{"function":{"name":"look","#
        + #""arguments":"\#(arguments)"}}]}]}"#
    }
    #expect(try rows(template, record(#"{\"at\": \"oaks\"}"#)) == ["[user]Tree?</s>[assistant]⟦look(at=oaks;)</s>⟧"])
    #expect(
      try problem(template, record("oaks"))
        == "a.jsonl:1: message 2: the 'arguments' of a tool call are the string 'oaks', expected a JSON object: the chat "
        + "template reads its members")
  }

  /// Qwen 2.5's and Llama 3's templates write arguments as JSON: a string is written with quotes and escapes, as in
  /// transformers, and a note says so.
  @Test func argumentsThatTheTemplateQuotesAreNoted() throws {
    let template =
      "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% for c in m.tool_calls or [] %}{{ c.function.name }}"
      + "{{ c.function.arguments|tojson }}{% endfor %}</s>{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}"
    let record = { (arguments: String) in
      #"{"messages":[\#(Self.user),{"role":"assistant","content":"","tool_calls":[{"function":{"name":"look","#
        + #""arguments":\#(arguments)}}]}]}"#
    }
    let text = record(#""{\"at\": \"oaks\"}""#)
    #expect(try rows(template, text) == [#"[user]Tree?</s>[assistant]⟦look"{\"at\": \"oaks\"}"</s>⟧"#])
    #expect(try notes(template, text) == [.quotedArguments: 1])
    let object = record(#"{"at":"oaks"}"#)
    #expect(try rows(template, object) == [#"[user]Tree?</s>[assistant]⟦look{"at": "oaks"}</s>⟧"#])
    #expect(try notes(template, object).isEmpty)
  }

  @Test func reasoningOfOtherRolesIsLostToo() throws {
    let record =
      #"{"messages":[{"role":"user","content":"Tree?","thinking":"Oaks?"},{"role":"assistant","content":"Oak."}]}"#
    #expect(try notes(ModelTemplateTests.chatML, record) == [.lostReasoning: 1])
  }
}

extension Workspace {
  /// The path of a file `a.jsonl` with one record, in a folder that stays until the tests end.
  fileprivate static func shared(_ record: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("attune-data-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appendingPathComponent("a.jsonl")
    try Data((record + "\n").utf8).write(to: file)
    return file.path
  }
}
