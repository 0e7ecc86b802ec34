import Foundation
import StrictJSON
import TestSupport
import Testing

/// transformers loads and runs what `attune merge` writes.
@Suite(
  "A merged folder in transformers",
  .needsProgram,
  .enabled(if: Python.isThere, "ATTUNE_PYTHON names no Python with torch, transformers and PEFT"))
struct TransformersTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test(
    "has the template's ids, the same answer, and stops at the end of a turn", arguments: ["chatml", "plain", "alpaca"])
  func merged(_ template: String) throws {
    try workspace.writeRecipe(
      data: "{train: train.jsonl, template: \(template)}", training: "{steps: 60, batch_size: 10}",
      more:
        "optimizer: {learning_rate: 0.05}\nadapter: {method: lora, rank: 8, targets: all, train_also: [embed_tokens]}")
    let trained = try workspace.run("run", "recipe.yaml")
    try #require(trained.exitCode == 0, "\(trained.messages)")
    let merge = try workspace.run("merge", "--model", "model", "--adapter", "out/adapter.h5", "--output", "merged")
    try #require(merge.exitCode == 0, "\(merge.messages)")
    let question = "3 and 3"
    let answer = try workspace.run(
      "generate", "--model", "model", "--adapter", "out/adapter.h5", "--chat", question, "--max-new-tokens", "40",
      "--json")
    try #require(answer.exitCode == 0, "\(answer.messages)")
    let ids = try #require(try JSONValue(parsing: answer.output.utf8)["ids"]?.ids)

    let python = try Python.run(
      Self.script, arguments: [workspace.file("merged").path, question, workspace.file("found.json").path],
      in: URL(fileURLWithPath: workspace.path))
    try #require(python.status == 0, "\(python.errors)")
    let found = try JSONValue(parsing: Data(contentsOf: workspace.file("found.json")))
    #expect(found["answer"]?.ids == ids)
    let text = [
      "chatml": "<|im_start|>user\n3 and 3<|im_end|>\n<|im_start|>assistant\n", "plain": "3 and 3",
      "alpaca": """
      Below is an instruction that describes a task. Write a response that appropriately completes the request.

      ### Instruction:
      3 and 3

      ### Response:
      """,
    ][template]
    #expect(found["text"]?.stringValue == text)
    try workspace.write("text.txt", text ?? "")
    let tokens = try workspace.run("tokenize", "--model", "model", "text.txt", "--whole", "--json")
    #expect(try JSONValue(parsing: tokens.output.utf8)["ids"]?.ids == found["prompt"]?.ids)
  }

  private static let script = """
    import json, sys, torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    folder, question, output = sys.argv[1:]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    messages = [{"role": "user", "content": question}]
    text = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
    prompt = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt", return_dict=True)
    answer = model.generate(**prompt, do_sample=False, max_new_tokens=40)[0, prompt["input_ids"].shape[1]:]
    json.dump({"text": text, "prompt": prompt["input_ids"][0].tolist(), "answer": answer.tolist()}, open(output, "w"))
    """
}
