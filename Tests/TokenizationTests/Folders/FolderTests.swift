import Diagnostics
import Foundation
import Testing
import Tokenization

/// A tokenizer of the letters and some merges in each of its forms, with the files beside it.
@Suite("A folder's tokenizer")
struct FolderTests {
  private static let json = TokenizerFixture(
    tokens: ["a", "b", "c", "ab"], merges: ["a b"], preTokenizer: #"{"type": "ByteLevel", "add_prefix_space": false}"#,
    decoder: #"{"type": "ByteLevel"}"#
  ).json

  private func tokenizer(_ files: [String: String]) throws -> Tokenizer {
    try Tokenizer(TokenizerFiles(files.mapValues { Data($0.utf8) }, place: "model"))
  }

  private func token(_ content: String, _ more: String = "") -> String {
    #"{"content": "\#(content)", "lstrip": false, "rstrip": false, "normalized": false, "special": true\#(more)}"#
  }

  @Test("tokens of tokenizer_config.json are added to a tokenizer.json without them, in the order of their ids")
  func addedTokensDecoder() throws {
    let configuration =
      #"{"added_tokens_decoder": {"5": \#(token("<y>")), "4": \#(token("<x>")), "3": \#(token("ab"))}}"#
    let tokenizer = try tokenizer(["tokenizer.json": Self.json, "tokenizer_config.json": configuration])
    #expect(tokenizer.encode("a<x>ab<y>") == [0, 4, 3, 5])
    #expect(tokenizer.isSpecial(4) && tokenizer.vocabularySize == 6)
    #expect(tokenizer.decode([0, 4, 1]) == "ab")
    #expect(tokenizer.decode([0, 4, 1], skipSpecialTokens: false) == "a<x>b")
  }

  @Test("special tokens with a role get the next ids: beginning, end, unknown, padding, then the others")
  func roles() throws {
    let configuration = """
      {"pad_token": "<pad>", "eos_token": \(token("<e>")), "bos_token": "<b>", "additional_special_tokens": ["<o>"],
       "unk_token": "c"}
      """
    let tokenizer = try tokenizer(["tokenizer.json": Self.json, "tokenizer_config.json": configuration])
    #expect(tokenizer.encode("<pad><e><b><o>c") == [6, 5, 4, 7, 2])
    #expect(tokenizer.isSpecial(2) && tokenizer.isAdded(6))
  }

  @Test("special_tokens_map.json and added_tokens.json count where no tokenizer_config.json lists the tokens")
  func olderFiles() throws {
    var files = [
      "tokenizer.json": Self.json, "added_tokens.json": #"{"<end>": 5, "word": 4}"#,
      "special_tokens_map.json": #"{"eos_token": "<end>", "pad_token": {"content": "<pad>", "lstrip": true}}"#,
    ]
    let older = try tokenizer(files)
    #expect(older.encode("aword <pad><end>") == [0, 4, 6, 5])
    #expect(older.isSpecial(5) && !older.isSpecial(4))
    files["tokenizer_config.json"] = #"{"added_tokens_decoder": {"4": \#(token("<x>"))}}"#
    #expect(try tokenizer(files).vocabularySize == 5)
  }

  @Test(
    "ids that are not the next ones are refused, since transformers would give others",
    arguments: [
      (9, "gives '<x>' the id 9, but the next free one is 4"), (1, "gives '<x>' the id 1, which is that of 'b'"),
    ])
  func wrongIDs(id: Int, message: String) throws {
    let configuration = #"{"added_tokens_decoder": {"\#(id)": \#(token("<x>"))}}"#
    let error = try #require(throws: UserError.self) {
      try tokenizer(["tokenizer.json": Self.json, "tokenizer_config.json": configuration])
    }
    #expect(error.message.contains("model/tokenizer_config.json: \(message)"), "\(error)")
  }

  @Test("vocab.json with merges.txt is GPT-2's form, or Qwen's if the class says so")
  func vocabularyAndMerges() throws {
    let vocabulary = #"{"1": 0, "2": 1, "12": 2, "Ġ": 3, "é": 4, "Ã": 5, "©": 6, "<|endoftext|>": 7}"#
    var files = ["vocab.json": vocabulary, "merges.txt": "#version: 0.2\n1 2\n"]
    #expect(try tokenizer(files).encode("12 1<|endoftext|>") == [2, 3, 0, 7])
    files["tokenizer_config.json"] =
      #"{"tokenizer_class": "GPT2Tokenizer", "add_prefix_space": true, "add_bos_token": true}"#
    #expect(try tokenizer(files).encode("12") == [7, 3, 2])
    // Each digit is a word of its own, and the text is composed.
    files["tokenizer_config.json"] = #"{"tokenizer_class": "Qwen2TokenizerFast"}"#
    #expect(try tokenizer(files).encode("12e\u{301}") == [0, 1, 5, 6])
    files["tokenizer_config.json"] = #"{"tokenizer_class": "CLIPTokenizer"}"#
    let error = try #require(throws: UserError.self) { try tokenizer(files) }
    #expect(error.message.contains("tokenizer_class: 'CLIPTokenizer' with vocab.json and merges.txt is not supported"))
    files = ["vocab.json": vocabulary]
    #expect(throws: UserError.self) { try tokenizer(files) }
  }

  @Test("tekken.json: special tokens first, then byte sequences by rank")
  func tekken() throws {
    func entry(_ rank: Int, _ text: String) -> String {
      #"{"rank": \#(rank), "token_bytes": "\#(Data(text.utf8).base64EncodedString())", "token_str": null}"#
    }
    let vocabulary = ["a", "b", " ", "ab", " ab", "unused"].enumerated().map { entry($0, $1) }.joined(separator: ",")
    let json = """
      {"config": {"pattern": " ?\\\\p{L}+|\\\\s+", "default_vocab_size": 8, "default_num_special_tokens": 3, "version": "v7"},
       "vocab": [\(vocabulary)], "special_tokens": [{"rank": 1, "token_str": "[INST]", "is_control": true},
       {"rank": 0, "token_str": "<s>", "is_control": true}]}
      """
    let tokenizer = try tokenizer(["tekken.json": json])
    #expect(tokenizer.encode("ab ab[INST]ba<SPECIAL_2>") == [6, 7, 1, 4, 3, 2])
    #expect(tokenizer.vocabularySize == 8)
    #expect(tokenizer.decode([6, 7]) == "ab ab")
  }

  @Test("tiktoken's lines, with the special tokens of tokenizer_config.json")
  func tiktoken() throws {
    let lines = ["a", "b", "c", "bc", "ab", "abc"].enumerated().map { "\(Data($1.utf8).base64EncodedString()) \($0)\n" }
    let configuration = #"{"added_tokens_decoder": {"8": \#(token("<|eot_id|>")), "6": \#(token("<|x|>"))}}"#
    let files = ["tokenizer.model": lines.joined(), "tokenizer_config.json": configuration]
    let tokenizer = try tokenizer(files)
    #expect(tokenizer.encode("abc<|x|>abcc<|reserved_token_7|><|eot_id|>") == [5, 6, 5, 2, 7, 8])
    let error = try #require(throws: UserError.self) {
      try self.tokenizer(["tokenizer.model": lines.joined() + "!!! 7\n"])
    }
    #expect(error.message.hasPrefix("model/tokenizer.model:7: expected a token in base64"), "\(error)")
  }

  @Test("Llama 3's original tokenizer.model has its special tokens without any other file")
  func llama3() throws {
    // As many tokens as the real one, each of its own bytes.
    let lines = (0..<128_000).map { number in
      let bytes =
        number < 256 ? [UInt8(number)] : [UInt8(number >> 16), UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)]
      return "\(Data(bytes).base64EncodedString()) \(number)"
    }
    let tokenizer = try tokenizer(["tokenizer.model": lines.joined(separator: "\n")])
    #expect(tokenizer.vocabularySize == 128_256)
    #expect(tokenizer.encode("<|start_header_id|>a<|eot_id|>") == [128_000, 128_006, 97, 128_009])
    #expect(tokenizer.token(of: 128_255) == "<|reserved_special_token_247|>")
  }

  @Test(
    "a folder without one says what is there instead",
    arguments: [
      ("spiece.model", "'spiece.model' is a SentencePiece model under another name"),
      ("vocab.txt", "'vocab.txt' is a list of word pieces"),
      ("tokenizer.json.gz", "is compressed; unpack it with gunzip"),
      ("tokenizer.jsn", "Did you mean 'tokenizer.json'?"), ("Tokenizer.json", "must be written tokenizer.json"),
      ("merges.txt", "'merges.txt' needs the vocab.json"), ("tokenizer.model.part", "an unfinished download"),
      ("added_tokens.json", "'added_tokens.json' only describes a tokenizer"),
      ("readme", "contains no tokenizer; expected"),
    ])
  func missing(name: String, message: String) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("attune-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("x".utf8).write(to: folder.appendingPathComponent(name))
    let error = try #require(throws: UserError.self) { try Tokenizer(folder: folder) }
    #expect(error.message.contains(message), "\(error)")
  }
}
