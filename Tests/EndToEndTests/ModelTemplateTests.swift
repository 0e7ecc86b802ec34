import Foundation
import Testing

@Suite("a model's own template", .enabled(if: ProgramRun.isBuilt, "the program attune was not built beside the tests"))
struct ModelTemplateTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write(
      "model/tokenizer_config.json",
      #"{"eos_token": "</s>", "chat_template": "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + "#
        + #"'<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"}"#)
    try workspace.write("train.jsonl", #"{"prompt": "a", "completion": "b"}"#)
  }

  @Test("is the default, goes with the trained model, and ends its answers")
  func training() throws {
    try workspace.writeRecipe(
      data: "{train: train.jsonl}", training: "{steps: 200, batch_size: 1}",
      more: "optimizer: {learning_rate: 1.0e-2}\nschedule: {warmup_steps: 5}")
    let run = try workspace.run("run", "recipe.yaml")
    #expect(run.exitCode == 0, "\(run.messages)")
    #expect(run.messages.contains("template   model"))
    #expect(try String(contentsOf: workspace.file("out/recipe.yaml"), encoding: .utf8).contains("template: model"))
    let answer = try workspace.run("generate", "--model", "out/model.h5", "--chat", "a", "--json")
    let json = try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
    #expect(json["completion"] as? String == "b")
    // 258 is <|im_end|>.
    #expect(json["ids"] as? [Int] == [98, 258])
  }

  @Test("is previewed with what is trained on in ⟦ ⟧, and as JSON")
  func preview() throws {
    try workspace.writeRecipe(data: "{train: train.jsonl, max_length: 8}")
    let run = try workspace.run("preview", "recipe.yaml")
    #expect(run.exitCode == 0, "\(run.messages)")
    #expect(run.output.contains("train.jsonl:1  23 tokens, 2 trained on, longer than max_length 8"))
    #expect(run.output.contains("<|im_start|>user⏎\na<|im_end|>⏎\n<|im_start|>assistant⏎\n⟦b<|im_end|>⟧⏎\n"))
    #expect(run.output.contains("`attune run` refuses these records"))
    let json = try workspace.run("preview", "recipe.yaml", "--json", "data.length_policy=drop")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(object["template"] as? String == "model")
    let examples = try #require(object["examples"] as? [[String: Any]])
    #expect(examples.map { $0["trained"] as? [[Int]] } == [[[20, 22]]])
    #expect((object["max_length"] as? [String: Int])?["dropped"] == 1)
    #expect(!workspace.has("out"))
  }

  @Test("that cannot be read is told once, with its line and the nearest name")
  func broken() throws {
    try workspace.write("model/chat_template.jinja", "{{ messages }}\n{% fr m in messages %}")
    try workspace.write("train.jsonl", String(repeating: #"{"prompt": "a", "completion": "b"}"# + "\n", count: 9))
    try workspace.writeRecipe(data: "{train: train.jsonl, held_out: train.jsonl}")
    let run = try workspace.run("validate", "recipe.yaml")
    workspace.expectRefusal(run, code: 3, "model/chat_template.jinja:2: the tag 'fr' is not supported")
    #expect(run.messages.contains("Did you mean 'for'?"))
  }
}
