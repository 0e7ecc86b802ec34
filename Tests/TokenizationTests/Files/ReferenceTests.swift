import Foundation
import StrictJSON
import TestSupport
import Testing
import Tokenization

/// Compares real tokenizers with the ids that other programs produced.
@Suite("Reference ids")
struct ReferenceTests {
  @Test(
    "llama.cpp's test texts get its ids and decode to themselves",
    .enabled(if: SharedAssets.has("assets/tokenizers"), "shared/assets/tokenizers is not here"),
    arguments: [("gpt-2", "gpt2"), ("llama-spm", "llama2"), ("llama-bpe", "llama3"), ("qwen2", "qwen2.5")])
  func vectors(name: String, folder: String) throws {
    let tokenizer = try Tokenizer(folder: SharedAssets.url("assets/tokenizers/\(folder)"))
    let input = try String(contentsOf: SharedAssets.url("assets/tokenizers/vectors/\(name).inp"), encoding: .utf8)
    let output = try String(contentsOf: SharedAssets.url("assets/tokenizers/vectors/\(name).out"), encoding: .utf8)
    let texts = input.components(separatedBy: "\n__ggml_vocab_test__\n")
    let ids = output.components(separatedBy: "\n").map { $0.split(separator: " ").compactMap { Int32($0) } }
    #expect(texts.count > 40)
    for (text, expected) in zip(texts, ids) {
      #expect(tokenizer.encode(text, addSpecialTokens: false) == expected, "\(text.debugDescription)")
      #expect(tokenizer.decode(expected) == text)
    }
  }

  @Test(
    "the models' prompts get transformers' ids, and their answers its text",
    .enabled(if: SharedAssets.has("assets/models"), "shared/assets/models is not here"),
    arguments: ["stories260K", "tinystories-656K", "SmolLM2-135M-Instruct"])
  func prompts(model: String) throws {
    let tokenizer = try Tokenizer(folder: SharedAssets.url("assets/models/\(model)"))
    let cases = try #require(try SharedAssets.json("assets/models/\(model)/expected.json")["cases"]?.arrayValue)
    for example in cases {
      let prompt = try #require(example["prompt"]?.stringValue)
      #expect(tokenizer.encode(prompt) == example["input_ids"]?.ids)
      let greedy = try #require(example["greedy_ids"]?.ids)
      #expect(tokenizer.decode(greedy) == example["greedy_text"]?.stringValue)
    }
  }

  // The texts have no adjacent spaces and none at their ends, because stories260K's tokenizer.model removes those.
  @Test(
    "a SentencePiece model gives the ids of its tokenizer.json",
    .enabled(if: SharedAssets.has("assets/models"), "shared/assets is not here"),
    arguments: ["tokenizers/llama2", "models/stories260K"])
  func sentencePiece(folder: String) throws {
    let json = try Tokenizer(contentsOf: SharedAssets.url("assets/\(folder)/tokenizer.json"))
    let model = try Tokenizer(contentsOf: SharedAssets.url("assets/\(folder)/tokenizer.model"))
    #expect(model.vocabularySize == json.vocabularySize)
    let texts = [
      "Once upon a time, there was a little girl.", "Hello", "", "é 我 🦙", "line\nbreak\tand tab",
      "<s>[INST] Hi [/INST]</s>",
    ]
    for text in texts {
      #expect(model.encode(text) == json.encode(text), "\(text)")
      #expect(model.decode(json.encode(text)) == json.decode(json.encode(text)))
    }
  }
}
