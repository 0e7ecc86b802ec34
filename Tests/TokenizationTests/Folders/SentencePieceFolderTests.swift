import Foundation
import Testing
import Tokenization

@Suite("A SentencePiece model with other files beside it")
struct SentencePieceFolderTests {
  /// A model of these pieces with their scores and kinds, in the field numbers of `sentencepiece_model.proto`.
  private func model(type: UInt8, _ pieces: [(String, Float, UInt8)]) -> Data {
    func field(_ number: UInt8, _ message: [UInt8]) -> [UInt8] { [number << 3 | 2, UInt8(message.count)] + message }
    let list = pieces.flatMap { text, score, kind in
      let bits = (0..<4).map { UInt8(truncatingIfNeeded: score.bitPattern >> (8 * UInt32($0))) }
      return field(1, field(1, Array(text.utf8)) + [2 << 3 | 5] + bits + [3 << 3, kind])
    }
    return Data(list + field(2, [3 << 3, type]))
  }

  private let pieces: [(String, Float, UInt8)] = [
    ("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), ("▁", -3, 1), ("a", -2, 1), ("b", -2, 1), ("▁a", -1, 1),
    ("▁b", -1, 1), ("placeholder", 0, 3),
  ]

  private func tokenizer(_ type: UInt8 = 2, _ files: [String: String] = [:]) throws -> Tokenizer {
    var files = files.mapValues { Data($0.utf8) }
    files["tokenizer.model"] = model(type: type, pieces)
    return try Tokenizer(TokenizerFiles(files, place: "model"))
  }

  @Test("unigram models give the best pieces, as byte-pair models give merged ones", arguments: [1, 2] as [UInt8])
  func types(type: UInt8) throws {
    let tokenizer = try tokenizer(type)
    #expect(tokenizer.encode("a ab</s>") == [1, 6, 6, 5, 2])
    #expect(tokenizer.encode("ax  b ") == [1, 6, 0, 7])
    #expect(tokenizer.decode([1, 6, 6, 5]) == "a ab")
  }

  @Test("added_tokens.json adds tokens after the pieces")
  func addedTokens() throws {
    let tokenizer = try tokenizer(2, ["added_tokens.json": #"{"<|im_start|>": 9, "<|im_end|>": 10}"#])
    #expect(tokenizer.encode("<|im_start|>a<|im_end|>") == [1, 9, 6, 10])
    #expect(tokenizer.vocabularySize == 11)
    #expect(tokenizer.decode([9, 6, 10]) == "<|im_start|> a<|im_end|>")
  }

  @Test("a token can take a placeholder's place")
  func placeholder() throws {
    let token = #"{"content": "<call>", "special": true}"#
    let tokenizer = try tokenizer(2, ["tokenizer_config.json": #"{"added_tokens_decoder": {"5": \#(token)}}"#])
    #expect(tokenizer.encode("<call>") == [1, 5])
    #expect(tokenizer.token(of: 5) == "<call>")
  }

  @Test("tokenizer_config.json decides on the ends, and on the space after special tokens")
  func configuration() throws {
    let ends = #"{"add_bos_token": false, "add_eos_token": true, "eos_token": "</s>"}"#
    #expect(try tokenizer(2, ["tokenizer_config.json": ends]).encode("a") == [6, 2])
    let legacy = #"{"legacy": false, "added_tokens_decoder": {"9": {"content": "<x>", "special": true}}}"#
    #expect(try tokenizer(2, ["tokenizer_config.json": legacy]).encode("a<x>a b") == [1, 6, 9, 4, 7])
  }
}
