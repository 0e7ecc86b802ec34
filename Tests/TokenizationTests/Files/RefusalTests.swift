import Diagnostics
import Foundation
import Testing
import Tokenization

@Suite("Unsupported contents of tokenizer files")
struct RefusalTests {
  @Test(
    "are refused by name, with their place",
    arguments: [
      (#""type": "BPE""#, #""type": "Charlm""#, "model.type: 'Charlm' is not supported; expected one of BPE, Unigram"),
      (#""unk_token": null"#, #""dropout": 0.1"#, "model.dropout: dropping merges at random is not supported"),
      (#""unk_token": null"#, #""unk_tokn": null"#, "model.unk_tokn: unknown key"),
      (#""unk_token": null"#, #""unk_token": "<u>""#, "model.unk_token: '<u>' is not in the vocabulary"),
      (#""merges": []"#, #""merges": ["a q"]"#, "model.merges[0]: the token 'q' is not in the vocabulary"),
      (#""merges": []"#, #""merges": ["a b c"]"#, "model.merges[0]: expected two tokens with one space between them"),
      (#""b":1"#, #""b":0"#, "model.vocab: 'b' and 'a' have the same id, 0"),
      (#""b":1"#, #""b":-1"#, "model.vocab: 'b' has the id -1; expected 0 to"),
      (#""b":1"#, #""b":99999999999"#, "model.vocab: 'b' has the id 99999999999; expected 0 to"),
      (#""b":1"#, #""b":"x""#, "model.vocab: the id of 'b' is a string"),
      (
        #""normalizer": null"#, #""normalizer": {"type": "Nmk"}"#,
        "normalizer.type: 'Nmk' is not supported; expected one of Sequence, NFC"
      ),
      (#""normalizer": null"#, #""normalizer": {"type": "NFCC"}"#, "Did you mean 'NFC'?"),
      (
        #""pre_tokenizer": null"#,
        #""pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "UnicodeScripts"}]}"#,
        "pre_tokenizer.pretokenizers[0].type: 'UnicodeScripts' is not supported"
      ),
      (
        #""pre_tokenizer": null"#,
        #""pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(x)\\1"}, "behavior": "Isolated", "invert": false}"#,
        "pre_tokenizer.pattern.Regex: the regular expression '(x)\\1' is not supported"
      ),
      (#""decoder": null"#, #""decoder": {"type": "CTC"}"#, "decoder.type: 'CTC' is not supported"),
      (
        #""post_processor": null"#, #""post_processor": {"type": "Reverse"}"#,
        "post_processor.type: 'Reverse' is not supported"
      ),
      (
        #""added_tokens": []"#, #""added_tokens": [{"id": 7, "content": "a"}]"#,
        "added_tokens[0]: 'a' has the id 7 here, but 0 in the model's vocabulary"
      ),
      (
        #""added_tokens": []"#, #""added_tokens": [{"id": 0, "content": "<s>"}]"#,
        "added_tokens[0]: '<s>' has the id 0, but in the model's vocabulary that is the id of 'a'"
      ),
      (#""version": "1.0""#, #""version": "2.0""#, "version: '2.0' is not supported"),
      (#""padding": null"#, #""pading": null"#, "pading: unknown key"),
      (#""version": "1.0""#, #""version" "1.0""#, "x/tokenizer.json:1: not JSON: expected ':' after the key"),
    ])
  func refusal(found: String, replacement: String, message: String) throws {
    let json = TokenizerFixture(tokens: ["a", "b"]).json.replacingOccurrences(of: found, with: replacement)
    do {
      _ = try Tokenizer(bytes: Data(json.utf8), name: "x/tokenizer.json")
      Issue.record("not refused: \(replacement)")
    } catch let error as UserError {
      #expect(error.kind == .file)
      #expect(error.message.hasPrefix("x/tokenizer.json:") && error.message.contains(message), "\(error.message)")
    }
  }

  @Test("a file that does not exist")
  func missing() {
    #expect(throws: UserError.self) { try Tokenizer(contentsOf: URL(fileURLWithPath: "/nowhere/tokenizer.json")) }
    #expect(throws: UserError.self) { try Tokenizer(folder: URL(fileURLWithPath: "/nowhere")) }
  }

  @Test(
    "SentencePiece models of other types, that are cut off, and files that are not SentencePiece models",
    arguments: [
      ([0x0A, 0x03, 0x0A, 0x01, 0x61], "has no piece for unknown characters"),
      ([0x0A, 0x03, 0x0A, 0x01, 0x61, 0x12, 0x02, 0x18, 0x03], "the SentencePiece model type 'Word' is not supported"),
      ([0x0A, 0x7F, 0x0A], "field 1 extends beyond the end"),
      ([0x0A, 0x03, 0x18, 0x09, 0x08], "a piece has the unknown type 9"),
      ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], "a number is longer than 64 bits"),
      ([0x0F], "field 1 has the unknown wire type 7"),
      ([], "no pieces"),
    ] as [([UInt8], String)])
  func sentencePiece(bytes: [UInt8], message: String) throws {
    do {
      _ = try Tokenizer(bytes: Data(bytes), name: "tokenizer.model")
      Issue.record("not refused")
    } catch let error as UserError {
      #expect(error.message.contains(message), "\(error.message)")
    }
  }
}
