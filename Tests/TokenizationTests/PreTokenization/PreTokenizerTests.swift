import Testing
import Tokenization

@Suite("Pre-tokenizers")
struct PreTokenizerTests {
  /// The words of a text: since merges are ignored, a word that is in the vocabulary becomes one token.
  private func words(_ text: String, _ preTokenizer: String, _ vocabulary: [String]) throws -> [String] {
    var fixture = TokenizerFixture.letters()
    fixture.tokens += vocabulary.filter { !fixture.tokens.contains($0) } + ["<unk>"]
    fixture.modelKeys = #""ignore_merges": true, "unk_token": "<unk>""#
    fixture.preTokenizer = preTokenizer
    return try fixture.tokenizer().tokens(text)
  }

  private static let gpt2 = #"'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"#
  private static func llama3(_ numbers: String) -> String {
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|"# + numbers
      + #"| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"#
  }

  @Test(
    "the word patterns of GPT-2, Llama 3 and Qwen2",
    arguments: [
      (gpt2, ["I", "'ll", " pay", " 1234", "!?", "  ", " ok", " "]),
      (gpt2, ["don", "'t", " SHOUT", "'", "LL", "\n\n", "\n", "a", "_", "b"]),
      (gpt2, ["\n", " x", "\t", "y", "\u{a0}", "z", " \u{2003}"]),
      (llama3(#"\\p{N}{1,3}"#), ["I", "'LL", " pay", " ", "123", "4", "!?\n", "  ", " ok", " "]),
      (llama3(#"\\p{N}{1,3}"#), ["a", " \n \n", "  ", " b", "(c", ")", "\tx", "\r\n", "y"]),
      (llama3(#"\\p{N}"#), ["x", "1", "2", "3", " =", " ", "4", "'S", "\u{3b1}\u{3b2}", "\u{2028}\u{3b3}"]),
    ])
  func patterns(regex: String, expected: [String]) throws {
    let split = #"{"type": "Split", "pattern": {"Regex": "\#(regex)"}, "behavior": "Isolated", "invert": false}"#
    #expect(try words(expected.joined(), split, expected) == expected)
  }

  @Test(
    "what a split makes of its matches",
    arguments: [
      ("Removed", ["ab", "cd"]), ("Isolated", ["ab", "-", "-", "cd", "-"]),
      ("MergedWithPrevious", ["ab-", "-", "cd-"]),
      ("MergedWithNext", ["ab", "-", "-cd", "-"]), ("Contiguous", ["ab", "--", "cd", "-"]),
    ])
  func behaviors(behavior: String, expected: [String]) throws {
    let split = #"{"type": "Split", "pattern": {"String": "-"}, "behavior": "\#(behavior)", "invert": false}"#
    #expect(try words("ab--cd-", split, expected) == expected)
  }

  @Test(
    "the others",
    arguments: [
      (#"{"type": "Digits", "individual_digits": true}"#, "ab12c", ["ab", "1", "2", "c"]),
      (#"{"type": "Digits", "individual_digits": false}"#, "ab12c", ["ab", "12", "c"]),
      (#"{"type": "Whitespace"}"#, "Hi, you_2 !?", ["Hi", ",", "you_2", "!?"]),
      (#"{"type": "WhitespaceSplit"}"#, " a, b ", ["a,", "b"]),
      (#"{"type": "Punctuation"}"#, "a,.b", ["a", ",", ".", "b"]),
      (#"{"type": "CharDelimiterSplit", "delimiter": "-"}"#, "ab-cd", ["ab", "cd"]),
      (#"{"type": "Metaspace", "replacement": "_", "prepend_scheme": "always"}"#, "ab cd", ["_ab", "_cd"]),
      (#"{"type": "Metaspace", "replacement": "_", "prepend_scheme": "never"}"#, "ab cd", ["ab", "_cd"]),
      (#"{"type": "Metaspace", "replacement": "_", "split": false}"#, "ab cd", ["_ab_cd"]),
      (
        #"{"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Punctuation"}]}"#, "ab, c",
        ["ab", ",", "c"]
      ),
    ])
  func others(preTokenizer: String, text: String, expected: [String]) throws {
    #expect(try words(text, preTokenizer, expected) == expected)
  }

  @Test("ByteLevel puts a space before a text on request")
  func prefixSpace() throws {
    var fixture = TokenizerFixture.bytes
    fixture.preTokenizer = #"{"type": "ByteLevel", "add_prefix_space": true}"#
    #expect(try fixture.tokenizer().tokens("a") == ["Ġ", "a"])
    #expect(try fixture.tokenizer().tokens(" a") == ["Ġ", "a"])
  }
}
