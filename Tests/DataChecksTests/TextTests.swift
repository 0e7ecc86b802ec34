import DataChecks
import Testing

/// Findings in a single text.
@Suite struct TextTests {
  @Test(arguments: [
    "Rome is old. It was founded, as the story goes, in 753 BC. Its hills are seven. People say that it will always be there and that nobody",
    "The three colours of the flag are red, white and green, and they stand for the",
    "First heat the oven, then mix the flour with the water, the salt, the yeast,",
    "Use this:\n```swift\nprint(1)\n",
  ])
  func endsInTheMiddle(text: String) {
    #expect(cutOffReason(text) != nil)
  }

  @Test(arguments: [
    "", "Paris", "a, b", "Red, white and green",
    "1. Flour\n2. Water\n3. A pinch of the very best sea salt that you find",
    "Rome is old. It has seven hills. It is large.", "She said: \"It will rain.\"",
    "```swift\nprint(1)\n```", "for x in y {\n  print(x)\n}\nreturn the", "https://example.org/a/b",
    "Dear Sir,\n\nI write to you about the house. It is large. It is old. It is mine.\n\nKind regards,\nAnna Berg",
    "Roses are red and the violets are blue\nSugar is sweet and so they say are you\nThat is what poets without full stops do",
    "日本の首都は東京です。",
  ])
  func endsWhereItShould(text: String) {
    #expect(cutOffReason(text) == nil)
  }

  @Test(arguments: [
    ("CafÃ© au lait", "Latin-1"), ("donâ€™t", "Latin-1"), ("lost \u{FFFD} character", "U+FFFD"),
    ("a\u{0}b", "NUL"), ("a\u{8}b", "U+0008"), ("20Â°C", "Latin-1"), ("a\u{85}b", "U+0085"),
  ])
  func debris(text: String, name: String) throws {
    let found = try #require(encodingDebris(in: text))
    #expect(found.description.contains(name))
    #expect(!found.excerpt.unicodeScalars.contains { $0.value < 0x20 })
  }

  @Test(arguments: [
    "Café, naïve, señor — “quoted”…", "ÉCOLE, ÅNGSTRÖM, “CAMIÓ”", "Ã is a letter of Portuguese: Ã, Õ", "Привет, мир",
    "tabs\tand\r\nlines", "👩‍👩‍👧 and 🇫🇷", "CAFÉ™ since 1901",
  ])
  func noDebris(text: String) {
    #expect(encodingDebris(in: text) == nil)
  }

  @Test func undecodedEscapes() {
    #expect(undecodedEscape(in: "Tom &amp; Jerry") == "&amp;")
    #expect(undecodedEscape(in: "caf\\u00e9") == "\\u00e9")
    #expect(undecodedEscape(in: "In HTML write &amp; for an ampersand") == nil)
    #expect(undecodedEscape(in: "<b>Tom &amp; Jerry</b>") == nil)
    #expect(undecodedEscape(in: "AT&T and R&D; C:\\users") == nil)
  }

  @Test func scripts() {
    #expect(Script.main(of: "The quick brown fox") == .latin)
    #expect(Script.main(of: "Съешь ещё этих мягких булок") == .cyrillic)
    #expect(Script.main(of: "私は日本語を話します") == .kana)
    #expect(Script.main(of: "中文的句子通常很短") == .han)
    #expect(Script.main(of: "12 + 5") == nil)
  }

  @Test(arguments: [
    ("The cat sat on the mat and it was not at all amused by that", Language.english),
    ("Der Hund ist nicht in dem Haus, und die Katze liegt auf der Bank", .german),
    ("Le chat est sur la table et les souris ne sont pas dans la maison", .french),
    ("El perro no está en la casa porque se fue con los niños al parque", .spanish),
  ])
  func languages(text: String, language: Language) {
    #expect(Language.main(ofWords: words(of: text)) == language)
  }

  @Test func labelsAndCodeHaveNoLanguage() {
    #expect(Language.main(ofWords: words(of: "red green blue")) == nil)
    #expect(Language.main(ofWords: words(of: "x = 1 y = 2 z = x + y print z w = 3 v = 4 u = 5")) == nil)
  }

  @Test func nearlyAllIsNineOfTen() {
    #expect(majority(of: [Int?](repeating: 1, count: 9) + [2]) == 1)
    #expect(majority(of: [Int?](repeating: 1, count: 8) + [2, 2]) == nil)
    #expect(majority(of: [Int?](repeating: 1, count: 9)) == nil)
  }

  @Test func unusualLengths() throws {
    let lengths = (0..<100).map { 80 + $0 % 40 }
    let outliers = try #require(LengthOutliers(lengths))
    #expect(outliers.deviation(of: 1) != nil)
    #expect(outliers.deviation(of: 5000) != nil)
    #expect(outliers.deviation(of: 60) == nil)
    #expect(outliers.deviation(of: 200) == nil)
    #expect(LengthOutliers([1, 2, 3]) == nil)
  }

  @Test func anEmptyAnswerIsFoundAndAPieceOfATextMayEndAnywhere() {
    func kinds(_ answer: String, endsAnywhere: Bool = false) -> [FindingKind] {
      textFindings(
        answers: [("the answer", answer)], texts: ["a prompt", answer], endsAnywhere: endsAnywhere,
        at: RecordPlace(file: 0, line: 1), isTraining: true, kinds: Set(FindingKind.allCases)
      ).map(\.kind)
    }
    #expect(kinds(" \n\u{FEFF}") == [.emptyAnswer])
    #expect(kinds("No.").isEmpty)
    #expect(kinds("It is in the north, the south, the east,") == [.cutOff])
    #expect(kinds("It is in the north, the south, the east,", endsAnywhere: true).isEmpty)
  }

  @Test func excerptsAreOnOneLineAndEscapeControlCharacters() {
    #expect(excerpt(of: "  a\n\n b\u{1B}[31m c", limit: 100) == "a b\\u{1B}[31m c")
    #expect(excerpt(of: String(repeating: "ab ", count: 1000), limit: 10).count <= 11)
  }
}
