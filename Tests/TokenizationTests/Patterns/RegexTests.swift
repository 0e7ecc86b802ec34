import Foundation
import StrictJSON
import Testing
import Tokenization

@Suite("Regular expressions")
struct RegexTests {
  static let o200k = words(upper: "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]", lower: "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]")
  static let kimi =
    #"[\p{Han}]+|"#
    + words(
      upper: "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]", lower: "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]",
      newlines: "[\\r\\n]*")
  static let tekken = words(
    upper: "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]", lower: "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]", contractions: "",
    numbers: "\\p{N}")
  static let qwen35 =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|"#
    + #"\s*[\r\n]+|\s+(?!\S)|\s+"#
  static let bloom = " ?[^(\\s|[.,!?…。，、।۔،])]+"
  static let cl100k =
    #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|"#
    + #"\s+(?!\S)|\s"#

  private static func words(
    upper: String, lower: String, contractions: String = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    numbers: String = "\\p{N}{1,3}",
    newlines: String = "[\\r\\n/]*"
  ) -> String {
    let start = #"[^\r\n\p{L}\p{N}]?"#
    return "\(start)\(upper)*\(lower)+\(contractions)|\(start)\(upper)+\(lower)*\(contractions)|\(numbers)"
      + #"| ?[^\s\p{L}\p{N}]+\#(newlines)|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }

  /// A tokenizer that splits by an expression; each of the words is a token.
  private func tokenizer(_ regex: String, _ words: [String]) throws -> Tokenizer {
    var fixture = TokenizerFixture(tokens: ["<unk>"])
    for word in words where !fixture.tokens.contains(where: { $0.utf8.elementsEqual(word.utf8) }) {
      fixture.tokens.append(word)
    }
    fixture.modelKeys = #""ignore_merges": true, "unk_token": "<unk>""#
    let pattern = JSONValue.string(regex).compactText
    fixture.preTokenizer =
      #"{"type": "Split", "pattern": {"Regex": \#(pattern)}, "behavior": "Isolated", "invert": false}"#
    return try fixture.tokenizer()
  }

  // The words are those of tokenizers 0.23.
  @Test(
    "of real tokenizers",
    arguments: [
      (
        Self.o200k,
        [
          "XMLHttp", "Request's", " DON'T", " caf\u{e9}\u{301}", " \u{65e5}\u{672c}\u{8a9e}", " ", "123", "45", " a",
          "/b", "\n", "/", " !?\n\n", " x",
        ]
      ),
      (
        Self.tekken,
        [
          "i", "Phone", "'s", " ", "1", "2", " \u{391}\u{392}\u{3b3}", " e\u{301}", "X", " \u{6211}\u{4eec}", " ()/\n",
          " ", " z",
        ]
      ),
      (
        Self.qwen35,
        [
          "\u{939}\u{93f}\u{928}\u{94d}\u{926}\u{940}", " e\u{301}s", " it", "'s", " ", "2", "0", " \u{301}x", "\n \n",
        ]
      ),
      (Self.bloom, [" (", "a", "|", "b", "),", "c", "\u{3002}", "d", " ", " e", " [f]"]),
      (Self.cl100k, ["we", "'LL", " ", "1234567", " ", " x", "!!\n\n", "  \n"]),
      (Self.kimi, ["Hi", "\u{6211}\u{4eec}", " ", "\u{6f22}\u{5b57}", "ABCdef", " ", "123", "4", "'s", "\n"]),
    ])
  func realPatterns(regex: String, words: [String]) throws {
    #expect(try tokenizer(regex, words).tokens(words.joined()) == words)
  }

  @Test(
    "with every element of the syntax",
    arguments: [
      (#"\s+$"#, ["a", "  ", "\n b", "  \n"]),
      (#"(?=(\d{3})+(?!\d))"#, ["a1", "234", "567b"]),
      (#"(?<=[a-z])(?=[A-Z])"#, ["camel", "Case", "ABc"]),
      (#"\b\w"#, ["a", "b ", "c", "d"]),
      (#"(?>ab|a)b?"#, ["abb", "a", "ab"]),
      (#"[\p{L}&&[^aeiou]]+"#, ["b", "a", "n", "a", "n", "a"]),
      (#"(?i:'s|k)x?"#, ["'Sx", " ", "'\u{17f}", " ", "K"]),
      (#"a{,2}"#, ["b", "aa", "a", "c"]),
      (#"a{2}?b"#, ["aab", "a", "b"]),
      (#"\p{N}{1,3}+"#, ["a", "12345", "b"]),
      (#"\w+?e|\S{2,4}?"#, ["the", " ", "en", "d"]),
      (#"^.|.$"#, ["a", "b", "\n", "c", "d"]),
      (#"[[:punct:]]+|\h{2}|\R"#, ["a1", "+-", "\r\n", "bb"]),
      (#"\x{41}|\u0042|\x43|\P{^Lu}"#, ["A", "B", "C", "D"]),
      (#"a{x"#, ["a{x", "a"]),
      (#"[]a-]+"#, ["x", "]a-", "y"]),
      (#"\p{Han}+|\p{Greek}"#, ["a", "\u{6211}\u{4eec}", "\u{3b2}"]),
      (#"[^\p{L}]++\d"#, ["a!!1b"]),
      (#"x{2,}"#, ["xxx", "yx"]),
    ])
  func syntax(regex: String, words: [String]) throws {
    #expect(try tokenizer(regex, words).tokens(words.joined()) == words)
  }

  @Test("carriage return and line feed are one match of \\R, though Swift counts them as one character")
  func newline() throws {
    #expect(try tokenizer(#"\R"#, ["a", "\r\n", "\n"]).tokens("a\r\n\n") == ["a", "\r\n", "\n"])
  }

  @Test(
    "that are not supported are refused with what is not",
    arguments: [
      (#"(a)\1"#, #"'\1'"#), (#"(?<=a+)b"#, "a look-behind without a fixed length"), ("(a", "'(' without ')'"),
      ("a)", "')' without '('"), ("[a", "it ends in the middle"), (#"\p{Klingon}"#, "the property 'Klingon'"),
      ("(a*)*", "the repetition of what can be empty"), ("+a", "'+' repeats nothing"), ("a{2000}", "more than 1000"),
      ("(?x)a", "the group '(?x'"), ("(((a{999}){999}){999})", "more than 4096 steps"), ("[z-a]", "runs backward"),
      (String(repeating: "(", count: 40), "more than 32 groups"),
    ])
  func refused(regex: String, problem: String) throws {
    let error = try #require(throws: (any Error).self) { try tokenizer(regex, ["a"]) }
    #expect("\(error)".contains(problem), "\(error)")
  }

  @Test(
    "a long text of one character is split in time",
    arguments: [#"a+b|a"#, #"a*a*b|a"#, #"\s+$|a+?b"#, #"(a|aa)+b"#, #"(?:a|b)+c|[^c]{1,500}"#, Self.o200k])
  func hostile(regex: String) throws {
    let tokenizer = try tokenizer(regex, ["a", "A"])
    for letter in ["a", "A", " "] {
      #expect(!tokenizer.encode(String(repeating: letter, count: 5_000) + "x").isEmpty)
    }
  }
}
