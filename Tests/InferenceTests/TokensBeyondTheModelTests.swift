import Diagnostics
import Foundation
import Inference
import InstructionData
import TestSupport
import Testing

@Suite("Tokens that the model has no embedding for")
struct TokensBeyondTheModelTests {
  private let folder: TemporaryFolder

  /// A copy of the bundled model whose tokenizer has a token for padding, one past the model's vocabulary.
  init() throws {
    folder = try TemporaryFolder()
    let model = SharedAssets.repository.appendingPathComponent("data/models/tiny")
    for name in try FileManager.default.contentsOfDirectory(atPath: model.path) where name != "tokenizer_config.json" {
      try FileManager.default.copyItem(at: model.appendingPathComponent(name), to: folder[name])
    }
    try folder.write(#"{"eos_token": "<|endoftext|>", "pad_token": "<pad>"}"#, to: "tokenizer_config.json")
  }

  @Test("are named, and only a text that contains one is refused")
  func padding() throws {
    let files = try ModelFiles(path: folder.url.path)
    #expect(files.configuration.notes.contains { $0.contains("'<pad>' (512) is beyond the model's vocab_size of 512") })
    let loader = try DataLoader(
      template: .plain, encoder: files.encoder,
      options: DataOptions(vocabularySize: files.configuration.vocabularySize))
    try folder.write(#"{"prompt": "Once", "completion": " upon a time"}"#, to: "good.jsonl")
    #expect(try loader.demonstrations(from: [DataSource(path: folder["good.jsonl"].path)]).examples.count == 1)
    try folder.write(#"{"prompt": "Once <pad>", "completion": " upon a time"}"#, to: "bad.jsonl")
    let error = try #require(throws: UserError.self) {
      try loader.demonstrations(from: [DataSource(path: folder["bad.jsonl"].path)])
    }
    #expect(error.message.contains("bad.jsonl:1: the record contains the token '<pad>' (512)"), "\(error)")
  }

  @Test("a tokenizer with many words beyond the vocabulary is another model's")
  func otherModel() throws {
    let text = try String(contentsOf: folder["config.json"], encoding: .utf8)
    try folder.write(text.replacingOccurrences(of: "512", with: "64"), to: "config.json")
    let error = try #require(throws: UserError.self) { try ModelFiles(path: folder.url.path) }
    #expect(error.message.contains("have no embedding; expected the model's own tokenizer"), "\(error)")
  }

  @Test("a folder without a tokenizer says what it contains instead")
  func missing() throws {
    try FileManager.default.moveItem(at: folder["tokenizer.json"], to: folder["tokenizer.json.gz"])
    let files = try ModelFiles(path: folder.url.path)
    #expect(files.missingTokenizer?.contains("'tokenizer.json.gz' is compressed; unpack it with gunzip") ?? false)
  }
}
