import Foundation
import StrictJSON
import Testing
import Tokenization

@Suite("Unigram models")
struct UnigramTests {
  /// A tokenizer with pieces and their scores.
  private func tokenizer(
    _ pieces: [(String, Double)], bytes: Bool = false, preTokenizer: String = "null", decoder: String = "null"
  ) throws -> Tokenizer {
    let vocabulary = JSONValue.array(pieces.map { [.string($0.0), .double($0.1)] }).compactText
    let json = """
      {"version": "1.0", "pre_tokenizer": \(preTokenizer), "decoder": \(decoder),
       "model": {"type": "Unigram", "unk_id": 0, "byte_fallback": \(bytes), "vocab": \(vocabulary)}}
      """
    return try Tokenizer(bytes: Data(json.utf8), name: "tokenizer.json")
  }

  @Test("take the pieces whose scores have the highest sum")
  func best() throws {
    let tokenizer = try tokenizer([("<unk>", 0), ("a", -1), ("b", -1), ("ab", -1.5), ("ba", -1.2), ("abab", -4)])
    #expect(tokenizer.tokens("aba") == ["a", "ba"])
    #expect(tokenizer.tokens("abab") == ["ab", "ab"])
    #expect(tokenizer.tokens("baba") == ["ba", "ba"])
    // Of two ways with the same sum, the first one found remains.
    #expect(tokenizer.tokens("ab") == ["ab"])
  }

  @Test("unknown characters become one token together, or bytes if each has one")
  func unknown() throws {
    #expect(try tokenizer([("<unk>", 0), ("a", -1)]).encode("xéya") == [0, 1])
    let pieces: [(String, Double)] = [("<unk>", 0), ("a", -1), ("<0xC3>", -9), ("<0xA9>", -9)]
    #expect(try tokenizer(pieces, bytes: true).tokens("éa") == ["<0xC3>", "<0xA9>", "a"])
    #expect(try tokenizer(pieces, bytes: true).tokens("éxa") == ["<unk>", "a"])
  }

  @Test("words begin with ▁, which decoding turns into spaces")
  func spaces() throws {
    let metaspace = #"{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}"#
    let tokenizer = try tokenizer(
      [("<unk>", 0), ("▁", -3), ("▁a", -2), ("b", -2), ("▁ab", -3)], preTokenizer: metaspace, decoder: metaspace)
    #expect(tokenizer.tokens("a ab  b") == ["▁a", "▁ab", "▁", "▁", "b"])
    #expect(tokenizer.decode(tokenizer.encode("a ab  b")) == "a ab  b")
  }

  @Test("a very long word is split like a short one")
  func longWord() throws {
    let tokenizer = try tokenizer([("<unk>", 0), ("a", -2), ("aaa", -3), ("ab", -1), ("b", -3)])
    let short = tokenizer.encode("aaab")
    #expect(short.count == 3)
    #expect(tokenizer.encode(String(repeating: "aaab", count: 50_000)) == (0..<50_000).flatMap { _ in short })
    #expect(tokenizer.encode(String(repeating: "aaa", count: 60_000)).count == 60_000)
    #expect(tokenizer.encode(String(repeating: "x", count: 100_000)) == [0])
  }

  @Test(
    "are refused if something is missing",
    arguments: [
      (#""unk_id": 0"#, #""unk_id": null"#, "the key 'unk_id' is missing"),
      (#""unk_id": 0"#, #""unk_id": 9"#, "9 is not in the vocabulary of 1 pieces"),
      (#"["a",-1]"#, #"["a"]"#, "model.vocab[0]: expected a piece and its score"),
      (#"["a",-1]"#, #"["a",-1],["a",-2]"#, "model.vocab[1]: the piece 'a' occurs twice"),
    ])
  func refused(found: String, replacement: String, message: String) throws {
    let json = #"{"model": {"type": "Unigram", "unk_id": 0, "vocab": [["a",-1]]}}"#
      .replacingOccurrences(of: found, with: replacement)
    let error = try #require(throws: (any Error).self) {
      try Tokenizer(bytes: Data(json.utf8), name: "tokenizer.json")
    }
    #expect("\(error)".contains(message), "\(error)")
  }
}
