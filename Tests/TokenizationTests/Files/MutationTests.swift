import Diagnostics
import Foundation
import Randomness
import TestSupport
import Testing
import Tokenization

/// Damaged files load or are refused; nothing traps or hangs.
@Suite("Mutated files")
struct MutationTests {
  @Test("tokenizer.json with every kind of part", arguments: 0..<8)
  func json(seed: Int) throws {
    var fixture = TokenizerFixture.letters(merging: "hello", "the")
    fixture.tokens += ["<unk>", "<0x0A>"]
    fixture.modelKeys = #""unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true, "ignore_merges": false"#
    fixture.addedTokens = #"[{"id": 150, "content": "<s>", "lstrip": true, "rstrip": true, "single_word": true}]"#
    fixture.normalizer = """
      {"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "Prepend", "prepend": "_"}, {"type": "Lowercase"},
        {"type": "Replace", "pattern": {"String": "th"}, "content": "the"}, {"type": "StripAccents"}]}
      """
    fixture.preTokenizer = """
      {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": true}, {"type": "Punctuation"},
        {"type": "Split", "pattern": {"Regex": "\\\\s+"}, "behavior": "MergedWithNext", "invert": true},
        {"type": "Metaspace", "replacement": "_", "prepend_scheme": "first", "split": true}]}
      """
    fixture.postProcessor = """
      {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
        {"Sequence": {"id": "A", "type_id": 0}}], "special_tokens": {"<s>": {"id": "<s>", "ids": [150]}}}
      """
    fixture.decoder = """
      {"type": "Sequence", "decoders": [{"type": "Strip", "content": " ", "start": 1, "stop": 3},
        {"type": "ByteFallback"}, {"type": "Metaspace", "replacement": "_"}, {"type": "Fuse"}]}
      """
    _ = try fixture.tokenizer()
    try survive(Array(fixture.json.utf8), name: "tokenizer.json", seed: seed, count: 50)
  }

  @Test(
    "tokenizer.model",
    .enabled(if: SharedAssets.has("assets/models/stories260K"), "shared/assets/models is not here"),
    arguments: 0..<4)
  func sentencePiece(seed: Int) throws {
    let bytes = try Data(contentsOf: SharedAssets.url("assets/models/stories260K/tokenizer.model"))
    try survive(Array(bytes), name: "tokenizer.model", seed: seed, count: 50)
  }

  private func survive(_ bytes: [UInt8], name: String, seed: Int, count: Int) throws {
    var random = SplitMix64(state: UInt64(seed))
    for _ in 0..<count {
      let mutated = random.mutated(bytes)
      do {
        let tokenizer = try Tokenizer(bytes: Data(mutated), name: name)
        let ids = tokenizer.encode("Hello, the <s> 12 e\u{301}  我 \u{0}", addSpecialTokens: true)
        _ = tokenizer.decode(ids, skipSpecialTokens: false)
        #expect(ids.allSatisfy { 0..<tokenizer.vocabularySize ~= Int($0) })
      } catch let error as UserError {
        #expect(error.kind == .file && error.message.hasPrefix(name), "\(error.message)")
      }
    }
  }
}

extension SplitMix64 {
  /// Makes one to three changes: flips a bit, changes a byte, removes, repeats or copies a piece, enlarges a number, or cuts
  /// off the end.
  mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...3, using: &self) where !bytes.isEmpty {
      let position = Int.random(in: 0..<bytes.count, using: &self)
      let end = min(bytes.count, position + Int.random(in: 1...40, using: &self))
      switch Int.random(in: 0..<7, using: &self) {
      case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &self)
      case 1: bytes[position] = UInt8.random(in: 0...255, using: &self)
      case 2: bytes.removeSubrange(position..<end)
      case 3: bytes.insert(contentsOf: bytes[position..<end], at: position)
      case 4: bytes.insert(contentsOf: bytes[position..<end], at: Int.random(in: 0...bytes.count, using: &self))
      case 5:
        guard let digit = bytes[position...].firstIndex(where: { 0x30...0x39 ~= $0 }) else { continue }
        let texts = ["99999", "-", "9223372036854775807", "1e", "."]
        bytes.insert(contentsOf: texts[Int.random(in: 0..<texts.count, using: &self)].utf8, at: digit)
      default: bytes.removeSubrange(position...)
      }
    }
    return bytes
  }
}
