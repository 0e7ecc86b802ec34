import DataChecks
import Testing

/// Training records that repeat or contradict each other.
@Suite struct RepetitionTests {
  private func clusters(_ texts: [String], seed: UInt64 = 1) -> [NearDuplicates.Cluster] {
    var near = NearDuplicates(seed: seed)
    let all = texts.map { shingles(of: words(of: $0), size: NearDuplicates.shingleSize) }
    for (index, shingles) in all.enumerated() { near.add(index, bandKeys: near.bandKeys(of: shingles)) }
    let numbered = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($0, $1) })
    return NearDuplicates.clusters(near.candidates(), shingles: numbered)
  }

  /// A text of 60 words that no other text contains.
  private func text(_ number: Int) -> String { (0..<60).map { "w\(number)x\($0)" }.joined(separator: " ") }

  @Test func textsWithAFewOtherWordsAreOneCluster() throws {
    let texts =
      (0..<200).map(text) + [text(7).replacing("w7x30", with: "another"), text(7) + " and more", text(90) + " too"]
    let found = clusters(texts)
    #expect(found.map(\.members) == [[7, 200, 201], [90, 202]])
    let similarity = try #require(found.last?.similarity)
    #expect(abs(similarity - 58.0 / 59.0) < 1e-12)
  }

  @Test func textsThatShareHalfAreNotDuplicates() {
    let half = text(3).split(separator: " ").prefix(30).joined(separator: " ")
    #expect(clusters([text(3), half + " " + text(4)]).isEmpty)
  }

  @Test func theSameSeedGivesTheSamePairsAndOthersTheSameClusters() {
    let texts = (0..<50).map { text($0 / 2).replacing("x\($0).", with: "") + ($0 % 2 == 0 ? "" : " end") }
    #expect(clusters(texts, seed: 5) == clusters(texts, seed: 5))
    #expect(clusters(texts, seed: 5) == clusters(texts, seed: 6))
    #expect(clusters(texts).count == 25)
  }

  @Test func caseAndPunctuationAreIgnored() {
    #expect(words(of: "Don't PANIC, it’s mostly-harmless!") == words(of: "dont panic its mostly harmless"))
    #expect(words(of: "3 + 4") != words(of: "3 * 4"))
    #expect(words(of: "猫が好き").count == 4)
    #expect(words(of: "ÉCOLE") == words(of: "école"))
  }

  @Test func jaccardsIndex() {
    #expect(jaccard([1, 2, 3, 4], [3, 4, 5]) == 2.0 / 5.0)
    #expect(jaccard([], []) == 0)
  }

  @Test func onePromptWithTwoAnswersIsAConflict() {
    let records = [("a", "1"), ("b", "1"), ("a", "2"), ("b", " 1\n"), ("", "x"), ("", "y"), ("a", "1")].map {
      CheckedRecord(prompt: $0, answer: $1)
    }
    let found = conflicts(among: records.map { ($0.promptKey, $0.answerKey, !$0.promptWords.isEmpty) })
    #expect(found.map(\.members) == [[0, 2, 6]] && found.map(\.answers) == [2])
    #expect(conflicts(among: []).isEmpty)
  }
}
