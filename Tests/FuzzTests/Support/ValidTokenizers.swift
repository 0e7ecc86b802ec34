/// Tokenizers that together contain every kind of component.
enum ValidTokenizers {
  private static let letters = (0x21..<0x7F).map { String(Unicode.Scalar(UInt8($0))) }
  private static let words = ["th", "the", "he", "hel", "lo", "hello", "Ġ", "▁", "<unk>", "<0x0A>"]

  private static func text(
    normalizer: String = "null", preTokenizer: String = "null", postProcessor: String = "null",
    decoder: String = "null", model: String = #""unk_token":null"#
  ) -> [UInt8] {
    let tokens = (letters + words).map { $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") }
    let vocabulary = tokens.enumerated().map { #""\#($1)":\#($0)"# }.joined(separator: ",")
    return Array(
      """
      {"version":"1.0","truncation":null,"padding":null,
       "added_tokens":[{"id":\(tokens.count),"content":"<s>","single_word":true,"lstrip":true,"rstrip":true,
       "normalized":false,"special":true},{"id":\(tokens.count + 1),"content":"[X]","single_word":false,"lstrip":false,
       "rstrip":false,"normalized":true,"special":false}],
       "normalizer":\(normalizer),"pre_tokenizer":\(preTokenizer),"post_processor":\(postProcessor),
       "decoder":\(decoder),"model":{"type":"BPE",\(model),"vocab":{\(vocabulary)},
       "merges":["t h",["th","e"],"h e",["he","l"],"l o",["hel","lo"]]}}
      """.utf8)
  }

  /// Texts of `tokenizer.json`.
  static let json = [
    text(
      preTokenizer: #"{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}"#,
      postProcessor: #"{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":false,"use_regex":true}"#,
      decoder: #"{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}"#),
    text(
      normalizer: """
        {"type":"Sequence","normalizers":[{"type":"NFKC"},{"type":"Prepend","prepend":"▁"},{"type":"Lowercase"},
         {"type":"Replace","pattern":{"String":" "},"content":"▁"},{"type":"StripAccents"}]}
        """,
      preTokenizer: """
        {"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"Punctuation"},
         {"type":"Split","pattern":{"Regex":"\\\\s+"},"behavior":"MergedWithNext","invert":true},
         {"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":true}]}
        """,
      postProcessor: """
        {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},
         {"Sequence":{"id":"A","type_id":0}}],"pair":[{"Sequence":{"id":"A","type_id":0}}],
         "special_tokens":{"<s>":{"id":"<s>","ids":[104],"tokens":["<s>"]}}}
        """,
      decoder: """
        {"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},
         {"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}
        """,
      model: #""unk_token":"<unk>","fuse_unk":true,"byte_fallback":true,"ignore_merges":true,"dropout":null"#),
    text(
      normalizer: #"{"type":"BertNormalizer"}"#,
      preTokenizer: """
        {"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(?i:'s|t)|[^\\\\r\\\\p{L}&&[a-z]]?[\\\\p{Lu}x]*\\\\p{L}++|\\\\d{1,3}|(?<!a)\\\\s+(?!\\\\S)"},
         "behavior":"Isolated","invert":false},{"type":"ByteLevel"},{"type":"BertPreTokenizer"}]}
        """,
      decoder: #"{"type":"BPEDecoder","suffix":"</w>"}"#,
      model: #""unk_token":"<unk>","end_of_word_suffix":"</w>","continuing_subword_prefix":"@""#),
    Array(
      """
      {"normalizer":{"type":"Precompiled","precompiled_charsmap":"CAAAAAADAAAAAgAAYgA="},
       "pre_tokenizer":{"type":"Metaspace","replacement":"▁"},"post_processor":{"type":"BertProcessing","sep":["b",2],"cls":["a",1]},
       "model":{"type":"Unigram","unk_id":0,"byte_fallback":true,"vocab":[["<unk>",0],["a",-1],["b",-2.5],["ab",-3],["▁",-1]]}}
      """.utf8),
    Array(
      ###"{"model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0,"h":1,"##e":2,"##l":3}},"decoder":{"type":"WordPiece"}}"###
        .utf8),
    Array(
      """
      {"config":{"pattern":"\\\\p{L}+|\\\\s","default_num_special_tokens":3},"special_tokens":[{"rank":0,"token_str":"<s>"}],
       "vocab":[{"rank":0,"token_bytes":"aA=="},{"rank":1,"token_bytes":"ZQ=="},{"rank":2,"token_bytes":"aGU="}]}
      """.utf8),
  ]

  /// Lines of tiktoken's ranks.
  static let tiktoken = Array("aA== 0\nZQ== 1\naGU= 2\nIA== 3\n".utf8)

  /// SentencePiece models: one like Llama's, and one without byte pieces, with unchanged white space and user-defined
  /// pieces.
  static let sentencePiece = [
    sentencePiece(hasBytes: true, changesSpaces: true), sentencePiece(hasBytes: false, changesSpaces: false),
  ]

  /// A hand-written SentencePiece model, with the field numbers of `sentencepiece_model.proto`.
  private static func sentencePiece(hasBytes: Bool, changesSpaces: Bool) -> [UInt8] {
    func field(_ number: Int, _ message: [UInt8]) -> [UInt8] {
      varint(number << 3 | 2) + varint(message.count) + message
    }
    func varint(_ number: Int) -> [UInt8] {
      number < 0x80 ? [UInt8(number)] : [UInt8(number & 0x7F) | 0x80] + varint(number >> 7)
    }
    func number(_ field: Int, _ value: Int) -> [UInt8] { varint(field << 3) + varint(value) }
    func piece(_ text: String, _ score: Float, _ kind: Int) -> [UInt8] {
      let bits = score.bitPattern
      let bytes = (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt32($0))) }
      return field(1, field(1, Array(text.utf8)) + [2 << 3 | 5] + bytes + number(3, kind))
    }
    let special = piece("<unk>", 0, 2) + piece("<s>", 0, 3) + piece("</s>", 0, 3)
    let bytes = (0..<(hasBytes ? 256 : 0)).flatMap { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return piece("<0x\(digits.count == 1 ? "0" : "")\(digits)>", 0, 6)
    }
    let pieces = (["▁", "h", "e", "l", "o", "▁h", "el", "lo", "ello", "▁hello"] + letters.prefix(20)).enumerated()
      .flatMap { piece($1, -Float($0), 1) }
    let own = hasBytes ? [] : piece("<mask>", 0, 4) + piece("  ", 0, 4)
    let trainer = field(
      2, number(3, 2) + number(24, 0) + number(35, hasBytes ? 1 : 0) + field(46, Array("<s>".utf8)))
    let (prefix, extra) = changesSpaces ? (1, 0) : (0, 1)
    let normalizer = field(
      3, field(1, Array("identity".utf8)) + number(3, prefix) + number(4, extra) + number(5, prefix))
    return special + bytes + pieces + own + trainer + normalizer
  }
}
