import Foundation
import Testing

/// Errors in the section `adapter` have the recipe's file and line, what is wrong and what would be right.
@Suite("A wrong adapter", .needsProgram)
struct BadAdapterTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// Adapter settings for the tiny model (width 16, one layer, 256 positions), and the message.
  static let wrong = [
    (
      "{method: lora, targets: [q_proj, v_porj]}",
      "adapter.targets: no linear layer is called 'v_porj'; there are q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, "
        + "down_proj, or `all`. Did you mean 'v_proj'?"
    ),
    (
      "{method: lora, rank: 9}",
      "adapter.rank: 9 is more than model.layers.0.self_attn.v_proj has: its weight is 8 × 16; expected at most 8"
    ),
    ("{method: lora, rank: 0}", "adapter.rank: expected a whole number of at least 1, found 0"),
    ("{method: dora, alpha: 0}", "adapter.alpha: expected a number greater than 0, found 0"),
    ("{method: lora, layers: [1]}", "adapter.layers: there is no layer 1: the model has layers 0 to 0"),
    ("{method: lora, rnak: 4}", "adapter.rnak is not a key of method lora. Did you mean 'rank'?"),
    ("{method: prefix, rank: 4, length: 4}", "adapter.rank is not a key of method prefix"),
    (
      "{method: lroa}",
      "adapter.method: expected lora, dora, prefix, prompt, bottleneck, ia3 or bias_norm, found 'lroa'."
    ),
    ("{method: prefix}", "adapter.length is missing: give the number of learned positions, as in `length: 10`"),
    (
      "{method: prefix, length: 256}",
      "adapter.length: 256 positions leave no room for text: the model's max_position_embeddings is 256"
    ),
    (
      "{method: bottleneck, width: 4, reduction: 2}", "adapter.reduction: give either `width` or `reduction`, not both."
    ),
    ("{method: ia3, targets: [k_proj]}", "adapter.feedforward_targets: 'down_proj' is not among `targets`."),
  ]

  @Test("is refused before anything runs", arguments: wrong)
  func refusal(adapter: String, message: String) throws {
    try workspace.writeRecipe(more: "adapter: \(adapter)")
    for command in ["run", "validate"] {
      workspace.expectRefusal(try workspace.run(command, "recipe.yaml"), code: 2, "recipe.yaml:5: " + message)
    }
  }

  @Test("a prompt's text needs a tokenizer")
  func promptWithoutTokenizer() throws {
    try workspace.write("ids.jsonl", #"{"ids": [1, 2, 3, 4], "prompt_len": 2}"#)
    try workspace.removeTokenizer()
    try workspace.writeRecipe(
      data: "{train: ids.jsonl}", more: "adapter: {method: prompt, length: 4, initial_text: Answer briefly}")
    for command in ["run", "validate"] {
      workspace.expectRefusal(
        try workspace.run(command, "recipe.yaml"), code: 2,
        "recipe.yaml:5: adapter.initial_text: needs a tokenizer, and the model has none")
    }
  }

  @Test("a warning if learned positions and text together are longer than the context")
  func longContext() throws {
    try workspace.writeRecipe(more: "adapter: {method: prefix, length: 250}")
    let run = try workspace.run("validate", "recipe.yaml")
    #expect(run.exitCode == 0)
    #expect(
      run.messages.contains("warning: the adapter's 250 positions and the longest example's ")
        && run.messages.contains("more than the model's max_position_embeddings of 256"), "\(run.messages)")
  }
}

extension Workspace {
  /// Removes the tokenizer, so that data must be token ids.
  fileprivate func removeTokenizer() throws {
    try FileManager.default.removeItem(at: file("model/tokenizer.json"))
  }
}
