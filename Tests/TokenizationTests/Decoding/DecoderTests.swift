import Testing
import Tokenization

@Suite("Decoders")
struct DecoderTests {
  @Test(
    "tokens become text",
    arguments: [
      ("null", ["ab", "cd"], "ab cd"),
      (#"{"type": "ByteLevel"}"#, ["Ġab", "Ã", "©", "我"], " abé我"),
      (#"{"type": "ByteLevel"}"#, ["Ã", "Ã", "©"], "\u{FFFD}é"),
      (#"{"type": "ByteFallback"}"#, ["<0xC3>", "<0xA9>", "x", "<0xC3>", "<0xC3>"], "éx\u{FFFD}\u{FFFD}"),
      (#"{"type": "Strip", "content": "-", "start": 1, "stop": 9}"#, ["--a--", "-"], "-a"),
      (#"{"type": "Metaspace", "replacement": "_", "prepend_scheme": "always"}"#, ["_a_b", "_c"], "ab c"),
      (#"{"type": "Metaspace", "replacement": "_", "prepend_scheme": "never"}"#, ["_a_b", "_c"], " a b c"),
      (
        """
        {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "_"}, "content": " "},
          {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
        """, ["_ab", "<0xC3>", "<0xA9>", "__c"], "abé  c"
      ),
    ])
  func text(decoder: String, tokens: [String], expected: String) throws {
    var fixture = TokenizerFixture(tokens: Array(Set(tokens)).sorted())
    fixture.decoder = decoder
    let tokenizer = try fixture.tokenizer()
    #expect(tokenizer.decode(tokens.compactMap { tokenizer.id(of: $0) }) == expected)
  }
}
