import Foundation
import Testing
import Tokenization

@Suite("Byte-pair encoding")
struct BytePairTests {
  @Test("merges the earliest pair first, from the left")
  func order() throws {
    let fixture = TokenizerFixture(tokens: ["a", "b", "c", "ab", "bc", "aa"], merges: ["b c", "a b", "a a"])
    let tokenizer = try fixture.tokenizer()
    #expect(tokenizer.tokens("abc") == ["a", "bc"])
    #expect(tokenizer.tokens("abab") == ["ab", "ab"])
    #expect(tokenizer.tokens("aaa") == ["aa", "a"])
  }

  @Test("reads merges as pairs, with spaces in tokens")
  func pairs() throws {
    let json = TokenizerFixture(tokens: [" ", "a", " a", " a "]).json
      .replacingOccurrences(of: #""merges": []"#, with: #""merges": [[" ", "a"], [" a", " "]]"#)
    let tokenizer = try Tokenizer(bytes: Data(json.utf8), name: "tokenizer.json")
    #expect(tokenizer.tokens("a a ") == ["a", " a "])
  }

  @Test("distinguishes canonically equivalent tokens")
  func canonicalEquivalence() throws {
    let tokenizer = try TokenizerFixture(tokens: ["e", "\u{301}", "\u{e9}", "e\u{301}"], merges: []).tokenizer()
    #expect(tokenizer.encode("\u{e9}e\u{301}") == [2, 0, 1])
    #expect(tokenizer.id(of: "\u{e9}") == 2)
    #expect(tokenizer.id(of: "e\u{301}") == 3)
  }

  @Test("a word that is a token becomes that token if merges are ignored")
  func ignoreMerges() throws {
    var fixture = TokenizerFixture(tokens: ["a", "b", "c", "ab", "abc"], merges: ["a b"])
    #expect(try fixture.tokenizer().tokens("abc") == ["ab", "c"])
    fixture.modelKeys = #""ignore_merges": true"#
    #expect(try fixture.tokenizer().tokens("abc") == ["abc"])
    #expect(try fixture.tokenizer().tokens("abca") == ["ab", "c", "a"])
  }

  @Test("unknown characters become bytes, one unknown token together, or one unknown token each")
  func unknownCharacters() throws {
    var fixture = TokenizerFixture(tokens: ["<unk>", "a", "<0xC3>", "<0xA9>"])
    fixture.modelKeys = #""unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true"#
    #expect(try fixture.tokenizer().tokens("aéa") == ["a", "<0xC3>", "<0xA9>", "a"])
    #expect(try fixture.tokenizer().tokens("a我我a") == ["a", "<unk>", "a"])
    fixture.modelKeys = #""unk_token": "<unk>""#
    #expect(try fixture.tokenizer().tokens("é我a") == ["<unk>", "<unk>", "a"])
    fixture.modelKeys = #""unk_token": null"#
    #expect(try fixture.tokenizer().tokens("éa") == ["a"])
  }

  @Test("a long word merges in the same way as a short one", arguments: [63, 64, 65, 66, 1000])
  func longWords(count: Int) throws {
    // Doublings: a run of n letters becomes the binary digits of n, the largest first.
    let tokens = (0...6).map { String(repeating: "a", count: 1 << $0) }
    let merges = tokens.dropLast().map { "\($0) \($0)" }
    let tokenizer = try TokenizerFixture(tokens: tokens, merges: merges).tokenizer()
    var expected = [String](repeating: tokens[6], count: count / 64)
    for bit in (0..<6).reversed() where count & 1 << bit != 0 { expected.append(tokens[bit]) }
    #expect(tokenizer.tokens(String(repeating: "a", count: count)) == expected)
  }

  @Test("a megabyte of one character is encoded in time", arguments: ["a", " ", "\n", "1", "é", "\u{301}", "<"])
  func monotony(character: String) throws {
    var fixture = TokenizerFixture.bytes
    fixture.tokens += ["aa", "aaaa", "ĠĠ", "11"]
    fixture.merges = ["a a", "aa aa", "Ġ Ġ", "1 1"]
    fixture.normalizer = #"{"type": "NFC"}"#
    fixture.addedTokens = #"[{"id": 1000, "content": "<<<<<<<<", "lstrip": true, "rstrip": true, "special": true}]"#
    for regex in [#"\\s+(?!\\S)|\\s+"#, #"\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"#] {
      let known =
        regex.contains("r")
        ? #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|"#
        : #"'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|"#
      fixture.preTokenizer = """
        {"type": "Sequence", "pretokenizers": [
          {"type": "Split", "pattern": {"Regex": "\(known)\(regex)"}, "behavior": "Isolated", "invert": false},
          {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}
        """
      let tokenizer = try fixture.tokenizer()
      let text = String(repeating: character, count: 1_000_000)
      #expect(tokenizer.decode(tokenizer.encode(text), skipSpecialTokens: false) == text)
    }
  }

  @Test("several threads get the same ids")
  func threads() async throws {
    let tokenizer = try TokenizerFixture.letters(merging: "hello", "world").tokenizer()
    let text = (0..<2000).map { "hello world \($0)" }.joined(separator: " ")
    let expected = tokenizer.encode(text)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 { group.addTask { tokenizer.encode(text) == expected } }
      for await same in group { #expect(same) }
    }
  }
}
