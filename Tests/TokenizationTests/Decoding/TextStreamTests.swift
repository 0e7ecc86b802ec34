import Testing
import Tokenization

@Suite("Text that arrives token by token")
struct TextStreamTests {
  /// The pieces that a stream returns, including the one at its end.
  private func pieces(_ tokenizer: Tokenizer, _ tokens: [String], after prompt: [String] = []) -> [String] {
    func ids(_ tokens: [String]) -> [Int32] { tokens.compactMap { tokenizer.id(of: $0) } }
    var stream = TextStream(tokenizer, after: ids(prompt))
    return ids(tokens).map { stream.append($0) } + [stream.finish()]
  }

  @Test("a character of several bytes is returned when it is complete")
  func bytes() throws {
    var fixture = TokenizerFixture(tokens: ["a", "Ã", "©", "Ġb"])
    fixture.decoder = #"{"type": "ByteLevel"}"#
    let tokenizer = try fixture.tokenizer()
    #expect(pieces(tokenizer, ["a", "Ã", "©", "Ġb"]) == ["a", "", "é", " b", ""])
    // Bytes that never become a character come at the end.
    #expect(pieces(tokenizer, ["a", "Ã"]) == ["a", "", "\u{FFFD}"])
    // The prompt ended in the middle of a character.
    #expect(pieces(tokenizer, ["©", "a"], after: ["Ã"]) == ["é", "a", ""])
  }

  @Test("the space before SentencePiece's first word belongs to a text that continues a prompt, not to a new text")
  func spaces() throws {
    var fixture = TokenizerFixture(tokens: ["▁a", "▁b", "c", "<0xC3>", "<0xA9>"])
    fixture.decoder = """
      {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
        {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
      """
    let tokenizer = try fixture.tokenizer()
    #expect(pieces(tokenizer, ["▁a", "c", "▁b"]) == ["a", "c", " b", ""])
    #expect(pieces(tokenizer, ["▁a", "c", "▁b"], after: ["▁b"]) == [" a", "c", " b", ""])
    #expect(pieces(tokenizer, ["<0xC3>", "<0xA9>", "<0xC3>", "<0xA9>"], after: ["c"]) == ["", "é", "", "é", ""])
  }

  @Test("all pieces together are the text, however long it is")
  func longText() throws {
    var fixture = TokenizerFixture(tokens: ["Ġone", "Ġtwo", "Ã", "©", "!"])
    fixture.decoder = #"{"type": "ByteLevel"}"#
    let tokenizer = try fixture.tokenizer()
    let tokens = (0..<200).flatMap { $0.isMultiple(of: 3) ? ["Ã", "©", "!"] : ["Ġone", "Ġtwo"] }
    #expect(
      pieces(tokenizer, tokens).joined() == tokenizer.decode(tokens.compactMap { tokenizer.id(of: $0) }))
  }
}
