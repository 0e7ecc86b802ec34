import Foundation
import TestSupport
import Testing

/// nanoGPT's CPU setting (its README: "I only have a macbook", validation loss 1.88 after 2000 steps): 4 layers, 4 heads,
/// width 128, context 64, batch 12, no dropout, cosine learning rate from 1e-3 to 1e-4 after 100 steps of warm-up, β₂ 0.99,
/// weight decay 0.1; the last tenth of the text is held out. The layers here are Llama's, with a feed-forward width of 344
/// to have as many weights, and the evaluation covers all of the held-out text instead of a sample.
@Suite("From random weights")
struct CharacterModelTests {
  private static let isRequested = ProcessInfo.processInfo.environment["ATTUNE_LONG_TESTS"] == "1"
  private static let text = "assets/datasets/text/tinyshakespeare.txt"

  private static let recipe = """
    output: run
    seed: 1337
    model:
      configuration:
        model_type: llama
        hidden_size: 128
        intermediate_size: 344
        num_hidden_layers: 4
        num_attention_heads: 4
        vocab_size: 65
        max_position_embeddings: 64
        rms_norm_eps: 1.0e-5
        tie_word_embeddings: true
      tokenizer: tokenizer.json
    data:
      train: train.txt
      held_out: held-out.txt
      train_on: all
      max_length: 64
      length_policy: split
    optimizer: {learning_rate: 1.0e-3, betas: [0.9, 0.99], weight_decay: 0.1, clip_norm: 1.0}
    schedule: {method: cosine, warmup_steps: 100, final_fraction: 0.1}
    training: {steps: 2000, batch_size: 12, micro_batch_size: 12}
    evaluation: {every: 500}
    checkpoint: {every: 2000, keep: 1}
    """

  @Test(
    "a character model learns tinyshakespeare as well as nanoGPT's",
    .needsProgram,
    .enabled(if: isRequested, "takes minutes; ATTUNE_LONG_TESTS=1 runs it"),
    .enabled(if: SharedAssets.has(text), "the text is missing"))
  func tinyShakespeare() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("attune-characters-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = try String(contentsOf: SharedAssets.url(Self.text), encoding: .utf8)
    let end = text.index(text.startIndex, offsetBy: text.count * 9 / 10)
    let vocabulary = Dictionary(
      uniqueKeysWithValues: Set(text.unicodeScalars.map(String.init)).sorted().enumerated().map { ($1, $0) })
    try #require(vocabulary.count == 65)
    let tokenizer: [String: Any] = ["model": ["type": "BPE", "vocab": vocabulary, "merges": [String]()]]
    try JSONSerialization.data(withJSONObject: tokenizer).write(to: folder.appendingPathComponent("tokenizer.json"))
    for (name, content) in [
      ("train.txt", String(text[..<end])), ("held-out.txt", String(text[end...])), ("recipe.yaml", Self.recipe),
    ] {
      try Data(content.utf8).write(to: folder.appendingPathComponent(name))
    }

    let run = try ProgramRun("run", "recipe.yaml", workingDirectory: folder.path)
    try #require(run.exitCode == 0, "\(run.messages)")
    let metrics = try String(contentsOf: folder.appendingPathComponent("run/metrics.jsonl"), encoding: .utf8)
    let evaluations = try metrics.split(separator: "\n").compactMap { line in
      let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return event?["event"] as? String == "evaluation" ? event : nil
    }
    #expect(evaluations.compactMap { $0["step"] as? Int } == [0, 500, 1000, 1500, 2000])
    let loss = try #require(evaluations.last?["loss"] as? Double)
    #expect(loss <= 1.90)
  }
}
