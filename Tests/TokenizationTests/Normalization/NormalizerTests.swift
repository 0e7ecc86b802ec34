import Testing
import Tokenization

@Suite("Normalizers")
struct NormalizerTests {
  private func normalized(_ text: String, _ normalizer: String) throws -> [UInt32] {
    var fixture = TokenizerFixture.bytes
    fixture.normalizer = normalizer
    let tokenizer = try fixture.tokenizer()
    return tokenizer.decode(tokenizer.encode(text)).unicodeScalars.map(\.value)
  }

  @Test(
    "Unicode forms",
    arguments: [
      ("NFC", "e\u{301}", [0xE9]),
      ("NFD", "\u{e9}", [0x65, 0x301]),
      ("NFKC", "\u{FB01}\u{B2}", [0x66, 0x69, 0x32]),
      ("NFKD", "\u{1E9B}\u{323}", [0x73, 0x323, 0x307]),
      ("NFC", "\u{1E9B}\u{323}", [0x1E9B, 0x323]),
      // Marks are sorted by their classes, and blocked ones remain.
      ("NFC", "a\u{301}\u{323}", [0x1EA1, 0x301]),
      ("NFC", "a\u{345}\u{301}", [0xE1, 0x345]),
      // Hangul is composed by arithmetic.
      ("NFC", "\u{1100}\u{1161}\u{11A8}", [0xAC01]),
      ("NFD", "\u{AC01}", [0x1100, 0x1161, 0x11A8]),
      // Characters that are excluded from composition.
      ("NFC", "\u{958}", [0x915, 0x93C]),
      // Foundation composes the low halves of these two.
      ("NFC", "\u{10041}\u{301}", [0x10041, 0x301]),
      ("NFC", "\u{11099}\u{110BA}", [0x1109A]),
      ("NFC", "\u{CC6}\u{CC2}\u{CD5}", [0xCCB]),
    ] as [(String, String, [UInt32])])
  func unicodeForms(form: String, text: String, expected: [UInt32]) throws {
    #expect(try normalized(text, #"{"type": "\#(form)"}"#) == expected)
  }

  @Test(
    "the others",
    arguments: [
      (#"{"type": "Lowercase"}"#, "ÀB\u{130}", "àbi\u{307}"),
      (#"{"type": "StripAccents"}"#, "e\u{301}x", "ex"),
      (#"{"type": "Strip", "strip_left": true, "strip_right": false}"#, "\u{3000} a ", "a "),
      (#"{"type": "Strip", "strip_left": false, "strip_right": true}"#, " a \u{2003}", " a"),
      (#"{"type": "Prepend", "prepend": "__"}"#, "a", "__a"),
      (#"{"type": "Prepend", "prepend": "__"}"#, "", ""),
      (#"{"type": "Replace", "pattern": {"String": "th"}, "content": "þ"}"#, "that thth", "þat þþ"),
      (#"{"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "_"}"#, "a b  c   d", "a b_c_d"),
      (
        #"{"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "StripAccents"}, {"type": "Lowercase"}]}"#,
        "\u{C9}COLE", "ecole"
      ),
    ])
  func others(normalizer: String, text: String, expected: String) throws {
    #expect(try normalized(text, normalizer) == expected.unicodeScalars.map(\.value))
  }
}
