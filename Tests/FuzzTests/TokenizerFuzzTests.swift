import Foundation
import TestSupport
import Testing
import Tokenization

@Suite("Mutated tokenizers")
struct TokenizerFuzzTests {
  @Test("tokenizer.json")
  func json() throws {
    try Fuzzing.run("tokenizer.json", count: 800, valid: ValidTokenizers.json, mutate: { $0.json($1) }) {
      try use($0, "tokenizer.json")
    }
  }

  @Test("tokenizer.model")
  func sentencePiece() throws {
    try Fuzzing.run("tokenizer.model", count: 800, valid: ValidTokenizers.sentencePiece, mutate: { $0.bytes($1) }) {
      try use($0, "tokenizer.model")
    }
  }

  @Test("tiktoken's ranks")
  func tiktoken() throws {
    try Fuzzing.run("tiktoken", count: 400, valid: [ValidTokenizers.tiktoken], mutate: { $0.bytes($1) }) {
      try use($0, "a.tiktoken")
    }
  }

  @Test(
    "real ones",
    .enabled(if: SharedAssets.has("assets/models/stories260K"), "shared/assets/models is not here"),
    arguments: ["tokenizer.json", "tokenizer.model"])
  func real(name: String) throws {
    let bytes = Array(try Data(contentsOf: SharedAssets.url("assets/models/stories260K/\(name)")))
    try Fuzzing.run(
      "real-\(name)", count: 100, valid: [bytes],
      mutate: { name == "tokenizer.json" ? $0.json($1) : $0.bytes($1) }
    ) { try use($0, name) }
  }

  /// Makes a tokenizer, and encodes and decodes a text.
  private func use(_ bytes: [UInt8], _ name: String) throws {
    let tokenizer = try Tokenizer(bytes: Data(bytes), name: name)
    let ids = tokenizer.encode("Hello, the <s> 12 e\u{301}  我 \u{0}[X]\n", addSpecialTokens: true)
    _ = tokenizer.decode(ids, skipSpecialTokens: false)
    _ = tokenizer.decode([0, 1, .max, .min, -1], skipSpecialTokens: true)
    #expect(ids.allSatisfy { 0..<tokenizer.vocabularySize ~= Int($0) })
  }
}
