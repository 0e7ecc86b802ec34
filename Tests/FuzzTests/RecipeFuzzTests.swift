import Recipes
import Testing

@Suite("Mutated recipes")
struct RecipeFuzzTests {
  private static let recipe = """
    # attune run recipes/lora.yaml
    output: runs/lora
    seed: 42
    model:
      path: data/models/tiny
      precision: float32
    adapter:
      method: lora
      rank: 8
      alpha: 16
      targets: [q_proj, v_proj]
    objective: {method: sft}
    data:
      train: [{path: a.jsonl, name: a, weight: 0.5}, {path: b.jsonl, name: b, weight: 1}]
      held_out: {first: c.jsonl, second: "d.jsonl"}
      template: 'chatml'
      max_length: 512
      columns: {prompt: question, completion: answer}
    optimizer: {method: adamw, learning_rate: 3.0e-4, betas: [0.9, 0.95], clip_norm: 1.0}
    schedule: {method: cosine, warmup_fraction: 0.1}
    training: {epochs: 3, batch_size: 8, micro_batch_size: 4}
    evaluation: {every: 50, prompts: ["one", two]}

    """

  private static let random = """
    output: runs/random
    model:
      configuration: {hidden_size: 16, intermediate_size: 32, num_hidden_layers: 1, num_attention_heads: 2}
      tokenizer: tokenizer.json
    data: {train: train.txt, length_policy: split}

    """

  /// Pieces that have a meaning in YAML or in a recipe.
  private static let pieces =
    [
      "&a ", "*a", "? ", ": ", "- ", "[", "]", "{", "}", "!!map ", "!!binary |", "---\n", "...\n", "|\n", ">-\n", "\t",
      "\0", "'", "\"", "%YAML 9.9\n", "%", "\\", "\n", "\r", "\u{FEFF}", "\u{85}", "\u{2028}", "1e999", "-", ".nan",
      ".inf", "0x10", "0o7", "<<: ", "<<: *a", "null", "~", "\\ud800", "\u{10FFFD}", "#", "18446744073709551616",
      "-9223372036854775808", "a: &x [", "*x, *x, *x, *x, *x, *x, *x, *x", "rank: 1\n", "seed: -1\n", "  ",
    ] + [
      String(repeating: "[", count: 3000), String(repeating: "{a: ", count: 1000), String(repeating: "- ", count: 3000),
      String(repeating: "9", count: 400), String(repeating: "x", count: 70_000),
    ]

  @Test("from a file")
  func recipes() throws {
    try Fuzzing.run(
      "recipe.yaml", count: 1500, valid: [Self.recipe, Self.random].map { Array($0.utf8) },
      mutate: { random, original in
        if random.below(2) == 0 { return random.bytes(original) }
        var bytes = original
        for _ in 0...random.below(3) {
          bytes.insert(contentsOf: random.pick(Self.pieces).utf8, at: random.below(bytes.count + 1))
        }
        return bytes
      },
      parse: { bytes in
        let file = try RecipeFile(bytes: bytes, path: "recipe.yaml", overrides: [])
        // The resolved recipe reads as the same recipe.
        let again = try RecipeFile(text: file.recipe.resolvedYAML, path: "resolved.yaml")
        #expect(again.recipe == file.recipe)
      })
  }

  @Test("from the command line")
  func overrides() throws {
    let valid = [
      "optimizer.learning_rate=1e-4", "data.train=[a.jsonl, b.jsonl]", "training.steps=7",
      "adapter={method: lora, targets: all}",
      "evaluation={every: 5, prompts: [a]}", "model.precision=bfloat16",
    ].map { Array($0.utf8) }
    try Fuzzing.run(
      "override", count: 600, valid: valid,
      mutate: { random, original in
        var bytes = random.bytes(original)
        if random.below(2) == 0 {
          bytes.insert(contentsOf: random.pick(Self.pieces).utf8, at: random.below(bytes.count + 1))
        }
        return bytes
      },
      parse: { bytes in
        _ = try RecipeFile(
          text: Self.random, path: "recipe.yaml", overrides: [String(decoding: bytes, as: UTF8.self)])
      })
  }
}
