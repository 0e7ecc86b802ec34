import Foundation
import StrictJSON
import Testing
import Tokenization

@Suite("WordPiece and whole words")
struct WordPieceTests {
  private static let bert = #""normalizer": {"type": "BertNormalizer"}, "pre_tokenizer": {"type": "BertPreTokenizer"}"#

  private func tokenizer(
    _ tokens: [String], _ model: String = #""type": "WordPiece""#, parts: String = bert, decoder: String = "null"
  ) throws -> Tokenizer {
    let vocabulary = JSONValue.members(tokens.enumerated().map { ($1, .integer($0)) }).compactText
    let json = #"{\#(parts), "decoder": \#(decoder), "model": {\#(model), "vocab": \#(vocabulary)}}"#
    return try Tokenizer(bytes: Data(json.utf8), name: "tokenizer.json")
  }

  @Test("take the longest piece first, and nothing of a word that they cannot cover")
  func pieces() throws {
    let tokenizer = try tokenizer(["[UNK]", "un", "##aff", "##able", "unaff", "##ab", ",", "我"])
    #expect(tokenizer.tokens("unaffable") == ["unaff", "##able"])
    #expect(tokenizer.tokens("UNable, unx我 un") == ["un", "##able", ",", "[UNK]", "我", "un"])
    #expect(tokenizer.tokens(String(repeating: "un", count: 51)) == ["[UNK]"])
  }

  @Test("accents and control characters disappear")
  func normalization() throws {
    let tokenizer = try tokenizer(["[UNK]", "cafe", "a", "b"])
    #expect(tokenizer.tokens("Caf\u{e9}\u{200b} a\u{a0}b\u{0}") == ["cafe", "a", "b"])
  }

  @Test("decoding joins the pieces and cleans up around punctuation")
  func decoding() throws {
    let tokens = ["[UNK]", "do", "n't", "##ing", ",", "go", "'s"]
    let decoder = ###"{"type": "WordPiece", "prefix": "##", "cleanup": true}"###
    let tokenizer = try tokenizer(tokens, decoder: decoder)
    let ids = ["do", "n't", ",", "go", "##ing", "'s"].compactMap { tokenizer.id(of: $0) }
    #expect(tokenizer.decode(ids) == "don't, going's")
    var stream = TextStream(tokenizer)
    #expect(ids.map { stream.append($0) }.joined() + stream.finish() == "don't, going's")
  }

  @Test("whole words are tokens or unknown")
  func words() throws {
    let tokenizer = try tokenizer(
      ["<unk>", "one", "two", "."], #""type": "WordLevel", "unk_token": "<unk>""#,
      parts: #""pre_tokenizer": {"type": "Whitespace"}"#)
    #expect(tokenizer.encode("one three two.") == [1, 0, 2, 3])
  }

  @Test("the classes' own post-processors put tokens around a text")
  func ends() throws {
    for type in ["BertProcessing", "RobertaProcessing"] {
      let processor = #""post_processor": {"type": "\#(type)", "sep": ["[SEP]", 1], "cls": ["[CLS]", 2]}"#
      let tokenizer = try tokenizer(["[UNK]", "[SEP]", "[CLS]", "a"], parts: Self.bert + ", " + processor)
      #expect(tokenizer.encode("a") == [2, 3, 1])
    }
  }
}
