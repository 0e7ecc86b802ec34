import Foundation
import StrictJSON
import Tokenization

/// Writes small `tokenizer.json` files for tests.
struct TokenizerFixture {
  /// Tokens in the order of their ids.
  var tokens: [String]
  /// Pairs in the order of their ranks, with a space between the two tokens.
  var merges: [String] = []
  /// More keys of the model, as JSON: `"unk_token": "<unk>"`.
  var modelKeys = #""unk_token": null"#
  var addedTokens = "[]"
  var normalizer = "null"
  var preTokenizer = "null"
  var postProcessor = "null"
  var decoder = "null"

  /// The text of the file.
  var json: String {
    let vocabulary = JSONValue.members(tokens.enumerated().map { ($1, .integer($0)) }).compactText
    let pairs = JSONValue.array(merges.map { .string($0) }).compactText
    return """
      {"version": "1.0", "truncation": null, "padding": null, "added_tokens": \(addedTokens),
       "normalizer": \(normalizer), "pre_tokenizer": \(preTokenizer), "post_processor": \(postProcessor),
       "decoder": \(decoder),
       "model": {"type": "BPE", \(modelKeys), "vocab": \(vocabulary), "merges": \(pairs)}}
      """
  }

  func tokenizer() throws -> Tokenizer { try Tokenizer(bytes: Data(json.utf8), name: "tokenizer.json") }

  /// Tokens of single characters, from a space to `~`, and the merges of some words.
  static func letters(merging words: String...) -> TokenizerFixture {
    var fixture = TokenizerFixture(tokens: (0x20..<0x7F).map { String(Unicode.Scalar(UInt8($0))) })
    for word in words {
      var made = ""
      for character in word {
        let next = made + String(character)
        // A merge that is written as text cannot contain a space, and the words have none.
        if !made.isEmpty, !fixture.tokens.contains(next) {
          fixture.tokens.append(next)
          fixture.merges.append("\(made) \(character)")
        }
        made = next
      }
    }
    return fixture
  }

  /// The 256 bytes without merges: every text decodes to its bytes, so that tests can see the normalization.
  static var bytes: TokenizerFixture {
    var next: UInt32 = 0x100
    let tokens = (UInt32(0)..<256).map { byte in
      let isPrintable = 0x21...0x7E ~= byte || 0xA1...0xAC ~= byte || 0xAE...0xFF ~= byte
      defer { if !isPrintable { next += 1 } }
      return Unicode.Scalar(isPrintable ? byte : next).map(String.init) ?? ""
    }
    return TokenizerFixture(
      tokens: tokens, preTokenizer: #"{"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}"#,
      decoder: #"{"type": "ByteLevel"}"#)
  }
}

extension Tokenizer {
  /// The tokens of a text as written in the vocabulary.
  func tokens(_ text: String) -> [String] { encode(text).map { token(of: $0) ?? "?" } }
}
