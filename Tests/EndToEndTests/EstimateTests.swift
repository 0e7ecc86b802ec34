import Foundation
import Testing

@Suite("attune estimate", .needsProgram)
struct EstimateTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func estimate(_ arguments: String...) throws -> [String: Any] {
    let run = try ProgramRun(
      ["estimate", "recipe.yaml", "--json"] + arguments, workingDirectory: workspace.path)
    #expect(run.exitCode == 0, "\(run.messages)")
    return try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
  }

  @Test("reports the parts of a run's memory, and what would change it")
  func parts() throws {
    try workspace.writeRecipe()
    let found = try estimate()
    let count = try #require(found["parameters"] as? Int)
    #expect(found["gradients_bytes"] as? Int == 4 * count)
    #expect(found["moments_bytes"] as? Int == 8 * count)
    let parts = ["weights", "gradients", "moments", "activations", "buffers", "program"].compactMap {
      found["\($0)_bytes"] as? Int
    }
    #expect(parts.count == 6)
    #expect(parts.reduce(0, +) == found["peak_memory_bytes"] as? Int)
    #expect(found["fits"] as? Bool == true)
    #expect(found["steps"] as? Int == 4)
    for key in ["seconds", "seconds_per_step", "tokens_per_second"] { #expect(found[key] as? Double ?? 0 > 0) }
    let changes = try #require(found["alternatives"] as? [[String: Any]]).compactMap { $0["changes"] as? [String] }
    #expect(changes.contains(["model.activation_checkpointing=full"]))
    #expect(changes.contains(["adapter.method=lora"]))
    #expect(!workspace.has("out"))
  }

  @Test("counts moments of eight bits, weights in bfloat16 alone and gradients that are freed")
  func lessMemory() throws {
    let shape =
      "{model_type: llama, hidden_size: 256, intermediate_size: 512, num_hidden_layers: 4, num_attention_heads: 4, "
      + "vocab_size: 1024, tie_word_embeddings: true}"
    try workspace.write("ids.jsonl", #"{"ids": [1, 2, 3, 4, 5, 6, 7, 8], "prompt_len": 2}"# + "\n")
    try workspace.writeRecipe(
      model: "{configuration: \(shape)}", data: "{train: ids.jsonl}", training: "{steps: 4, batch_size: 1}")
    let count = try #require(try estimate()["parameters"] as? Int)
    let found = try estimate(
      "model.precision=bfloat16", "model.master=none", "optimizer.moments=int8", "optimizer.in_backward=true")
    func bytes(_ part: String) throws -> Double {
      try Double(#require(found["\(part)_bytes"] as? Int)) / Double(count)
    }
    #expect(2...2.01 ~= (try bytes("weights")))
    #expect(2.03...2.05 ~= (try bytes("moments")))
    #expect(found["gradients_bytes"] as? Int == 4 * 1024 * 256)
    #expect(found["trainable_parameters"] as? Int == count)
    let alternatives = try #require(try estimate()["alternatives"] as? [[String: Any]])
    let changes = alternatives.compactMap { $0["changes"] as? [String] }
    #expect(changes.contains(["optimizer.moments=int8"]) && changes.contains(["optimizer.in_backward=true"]))
    #expect(changes.contains(["model.precision=bfloat16", "model.master=none"]))
    // What is proposed is accepted.
    for change in changes {
      let run = try ProgramRun(["estimate", "recipe.yaml", "--json"] + change, workingDirectory: workspace.path)
      #expect(run.exitCode == 0, "\(change): \(run.messages)")
    }
  }

  @Test("needs no weights: the configuration of a model with 1.5 billion parameters is enough")
  func large() throws {
    let shape =
      "{model_type: qwen2, hidden_size: 1536, intermediate_size: 8960, num_hidden_layers: 28, num_attention_heads: 12, "
      + "num_key_value_heads: 2, vocab_size: 151936, tie_word_embeddings: true}"
    try workspace.write("ids.jsonl", #"{"ids": [1, 2, 3, 4, 5, 6, 7, 8], "prompt_len": 2}"# + "\n")
    try workspace.writeRecipe(model: "{configuration: \(shape)}", data: "{train: ids.jsonl}")
    let full = try estimate()
    #expect(full["parameters"] as? Int == 1_543_714_304)
    #expect(full["moments_bytes"] as? Int == 8 * 1_543_714_304)
    let changes = try #require(full["alternatives"] as? [[String: Any]]).compactMap { $0["changes"] as? [String] }
    #expect(!changes.isEmpty && !changes.joined().contains("adapter.method=lora"), "\(changes)")
    let lora = try estimate("adapter.method=lora", "model.precision=bfloat16")
    #expect((lora["weights_bytes"] as? Int ?? 0) / 1_543_714_304 == 2)
    #expect(lora["trainable_parameters"] as? Int == 28 * 8 * (2 * 1536 + 1536 + 256))
  }

  @Test("takes no memory itself for a size that no machine holds")
  func absurd() throws {
    let shape =
      "{model_type: llama, hidden_size: 134217728, intermediate_size: 64, num_hidden_layers: 8, "
      + "num_attention_heads: 16, num_key_value_heads: 1, head_dim: 64, vocab_size: 512}"
    try workspace.write("ids.jsonl", #"{"ids": [1, 2, 3, 4, 5, 6, 7, 8], "prompt_len": 2}"# + "\n")
    try workspace.writeRecipe(model: "{configuration: \(shape)}", data: "{train: ids.jsonl}")
    let found = try estimate()
    #expect(found["peak_memory_bytes"] as? Int ?? 0 > 1 << 40)
    #expect(found["program_bytes"] as? Int ?? .max < 1 << 30)
  }

  @Test("covers evaluation and answers: held-out records that are longer than the training ones")
  func heldOut() throws {
    let words = String(repeating: "one and two ", count: 500)
    try workspace.write("long.jsonl", #"{"prompt": "\#(words)", "completion": " make three"}"# + "\n")
    let data = "{train: train.jsonl, template: plain, held_out: HELD, max_length: 10000}"
    try workspace.writeRecipe(data: data.replacingOccurrences(of: "HELD", with: "train.jsonl"))
    let short = try #require(try estimate()["activations_bytes"] as? Int)
    try workspace.writeRecipe(data: data.replacingOccurrences(of: "HELD", with: "long.jsonl"))
    let evaluated = try #require(try estimate()["activations_bytes"] as? Int)
    let answered = try #require(try estimate("evaluation.generate=true")["activations_bytes"] as? Int)
    #expect(short < evaluated && evaluated <= answered, "\(short), \(evaluated), \(answered)")
  }

  @Test("accepts a folder with only a config.json, and assumes the longest examples if there is no tokenizer")
  func folder() throws {
    try FileManager.default.removeItem(at: workspace.file("model/model.safetensors"))
    try workspace.writeRecipe()
    #expect(try estimate()["assumes_lengths"] as? Bool == false)
    try FileManager.default.removeItem(at: workspace.file("model/tokenizer.json"))
    let short = try estimate("data.max_length=64")
    #expect(short["assumes_lengths"] as? Bool == true)
    let long = try estimate("data.max_length=256")
    #expect(long["activations_bytes"] as? Int ?? 0 > 3 * (short["activations_bytes"] as? Int ?? .max))
  }

  @Test("is made by every run: one that cannot fit is refused before anything is written")
  func refusal() throws {
    let shape =
      "{model_type: llama, hidden_size: 16384, intermediate_size: 65536, num_hidden_layers: 100, "
      + "num_attention_heads: 128, vocab_size: 512}"
    try workspace.writeRecipe(model: "{configuration: \(shape), tokenizer: model/tokenizer.json}")
    let run = try workspace.run("run", "recipe.yaml")
    workspace.expectRefusal(run, code: 2, "this run needs about")
  }
}
