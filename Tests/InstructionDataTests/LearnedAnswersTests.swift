import Diagnostics
import Foundation
import InstructionData
import StrictJSON
import Testing

/// Which of the assistant's messages are learned, and what a record or recipe gives the template.
@Suite struct LearnedAnswersTests {
  static let several = [
    Message(.user, "1"), Message(.assistant, "one", isTrained: false), Message(.user, "2"), Message(.assistant, "two"),
  ]
  static let head = "<|im_start|>user\n1<|im_end|>\n<|im_start|>assistant\n"

  private func chat(_ name: TemplateName, options: JSONObject? = nil, _ template: String = ModelTemplateTests.chatML)
    throws -> ChatEncoder
  {
    let model = try ModelTemplate(files: ["chat_template.jinja": Data(template.utf8)], place: "m", options: options)
    let encoder = CharacterTokenizer.encoder(ModelTemplateTests.named, endOfText: "</s>")
    return try ChatEncoder(name, model: model, encoder: encoder)
  }

  private func text(_ ids: some Sequence<Int32>) -> String { CharacterTokenizer.text(ids, ModelTemplateTests.named) }

  @Test(arguments: [TemplateName.model, .chatml])
  func anAnswerOfSeveralMessages(_ name: TemplateName) throws {
    let answer = [Message(.assistant, "one"), Message(.user, "2"), Message(.assistant, "two")]
    let tokens = try chat(name).tokens(of: answer, to: [Message(.user, "1")])
    #expect(text(tokens.prompt) == Self.head)
    #expect(tokens.targets.map { text(tokens.answer[$0]) } == ["one<|im_end|>", "two<|im_end|>"])
    let last = try chat(name).tokens(of: answer, to: [Message(.user, "1")], onlyLast: true)
    #expect(last.targets.map { text(last.answer[$0]) } == ["two<|im_end|>"])
    #expect(last.prompt == tokens.prompt)
  }

  @Test(arguments: [TrainOn.completion, .last, .all])
  func theRecipeAndTheRecordSayWhatIsTrainedOn(_ trainOn: TrainOn) throws {
    let workspace = try Workspace()
    let messages = Self.several.map { #"{"role":"\#($0.role.rawValue)","content":"\#($0.content)"}"# }
    let path = try workspace.file("a.jsonl", #"{"messages":[\#(messages.joined(separator: ","))]}"#)
    let loader = try DataLoader(
      template: .chatml, encoder: CharacterTokenizer.encoder(ModelTemplateTests.named, endOfText: "</s>"),
      options: DataOptions(trainOn: trainOn))
    let example = try loader.demonstrations(from: [DataSource(path: path)]).examples[0]
    let learned = example.trained.map { text(example.tokens[$0]) }
    switch trainOn {
    case .completion: #expect(learned == ["one<|im_end|>", "two<|im_end|>"])
    case .last: #expect(learned == ["two<|im_end|>"])
    case .all: #expect(learned.map(\.count) == [text(example.tokens.dropFirst()).count])
    }
  }

  @Test func aPairWhoseTargetsAreCutOffIsDropped() throws {
    let workspace = try Workspace()
    let several =
      #"[{"role":"assistant","content":"one","weight":0},{"role":"user","content":"2"},"#
      + #"{"role":"assistant","content":"two"}]"#
    let path = try workspace.file(
      "a.jsonl", #"{"prompt":[{"role":"user","content":"1"}],"chosen":\#(several),"rejected":"no"}"#)
    func report(_ length: Int) throws -> SourceReport {
      let loader = try DataLoader(
        template: .chatml, encoder: CharacterTokenizer.encoder(ModelTemplateTests.named, endOfText: "</s>"),
        options: DataOptions(maximumLength: length, lengthPolicy: .truncate))
      return try loader.preferences(from: [DataSource(path: path), DataSource(path: path, name: "b")]).total
    }
    #expect(try report(200).examples == 2)
    let prompt = try chat(.chatml).promptTokens(for: [Message(.user, "1")]).count
    #expect(throws: UserError.self) { _ = try report(prompt + 5) }
  }

  @Test func optionsReachTheTemplate() throws {
    let template =
      "{% for m in messages %}{{ m.role }}:{{ m.content }}</s>{% endfor %}{% if add_generation_prompt %}assistant:"
      + "{% if enable_thinking is false %}<>{% endif %}{% endif %}"
    let options = JSONObject([("enable_thinking", false)])
    let prompt = [Message(.user, "1")]
    #expect(try text(chat(.model, options: options, template).promptTokens(for: prompt)) == "user:1</s>assistant:<>")
    let context = ChatContext(templateOptions: JSONObject([("enable_thinking", true)]))
    let ofRecord = try chat(.model, options: options, template).promptTokens(for: prompt, context: context)
    #expect(text(ofRecord) == "user:1</s>assistant:")
    let own = ChatContext(templateOptions: JSONObject([("messages", [])]))
    #expect(
      message { _ = try chat(.model).promptTokens(for: prompt, context: own) }
        == "chat_template_kwargs sets 'messages', which Attune itself sets for each record; remove it")
    #expect(
      message { _ = try chat(.chatml).promptTokens(for: prompt, context: context) }
        == "the record gives the template the variable 'enable_thinking' (chat_template_kwargs), but the template 'chatml' "
        + "is built in and reads none; remove it, or use the model's own (data.template: model)")
  }
}
