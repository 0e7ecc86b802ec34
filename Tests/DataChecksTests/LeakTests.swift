import DataChecks
import Testing

/// Held-out records that are in the training set.
@Suite struct LeakTests {
  static let heldOut = [
    CheckedRecord(
      prompt: "Describe how bread is baked in a wood oven.",
      answer: "The baker lights a fire of dry oak, waits until the stones are white with heat, sweeps the ashes aside, "
        + "and slides the risen loaves onto the hot floor of the oven for half an hour."),
    CheckedRecord(prompt: "Which bird lays blue eggs?", answer: "The robin lays them."),
  ]
  static let others = (0..<30).map {
    CheckedRecord(
      prompt: "Name river number \($0) of the atlas, page \($0 * 7).",
      answer: "River \($0) rises in region \($0 * 3) and is \($0 * 11) miles long.")
  }

  /// The findings about held-out records if the training set contains these records after the others.
  private func findings(_ more: [CheckedRecord]) -> [Finding] {
    let training = Self.others + more
    var frequencies = WordFrequencies()
    for record in training { frequencies.add(record.words) }
    let index = HeldOutIndex(Self.heldOut, frequencies: frequencies)
    var leaks = LeakCollector()
    for (line, record) in training.enumerated() {
      leaks.add(index.matches(of: record), at: RecordPlace(file: 0, line: line + 1))
    }
    return leaks.findings(heldOut: Self.heldOut.indices.map { RecordPlace(file: 1, line: $0 + 1) })
  }

  @Test func nothingIsFoundAmongOtherRecords() {
    #expect(findings([]).isEmpty)
  }

  @Test func wordForWordButForWhiteSpace() throws {
    let copy = CheckedRecord(prompt: "  Which bird\nlays blue eggs? ", answer: "The robin  lays them.")
    let found = try #require(findings([copy]).first)
    #expect(found.kind == .leak)
    #expect(found.place == RecordPlace(file: 1, line: 2))
    #expect(found.dropped == [RecordPlace(file: 0, line: 31)])
  }

  @Test(arguments: [
    ("Describe how bread is baked in a stone oven!", "fire of dry oak", "FIRE of old oak,"),
    ("Please describe how bread gets baked in a wood oven.", "sweeps the ashes aside", "sweeps the ash away"),
    ("Describe how bread is baked in a wood oven.", "for half an hour.", "for an hour or so. Enjoy your bread!"),
  ])
  func withSmallEdits(prompt: String, old: String, new: String) throws {
    let copy = CheckedRecord(prompt: prompt, answer: Self.heldOut[0].answer.replacing(old, with: new))
    let found = try #require(findings([copy]).first)
    #expect(found.kind == .nearLeak)
    #expect(found.related == [RecordPlace(file: 0, line: 31)])
  }

  @Test func shortRecordsWithAnEdit() {
    let copy = CheckedRecord(prompt: "Which bird lays bluish eggs?", answer: "The robin lays them.")
    #expect(findings([copy]).map(\.kind) == [.nearLeak])
  }

  @Test func aRunOfThirteenWordsIsAnOverlapButOneOfTwelveIsNot() {
    func quoting(_ words: Int) -> CheckedRecord {
      let quoted = Self.heldOut[0].answer.split(separator: " ").prefix(words).joined(separator: " ")
      return CheckedRecord(
        prompt: "What did the visitor of the museum write into the guest book on Monday?",
        answer: "He wrote a long letter about villages, mills and donkeys, and at its end he quoted an old almanac: "
          + quoted + ". Nobody in the museum knew what to make of this, so the page was torn out and framed.")
    }
    #expect(findings([quoting(13)]).map(\.kind) == [.overlap])
    #expect(findings([quoting(12)]).isEmpty)
  }

  @Test func theSamePromptWithAnotherAnswerIsANote() {
    let other = CheckedRecord(
      prompt: "Which bird lays blue eggs?",
      answer: "Starlings, dunnocks and song thrushes are known for eggs like that.")
    #expect(findings([other]).map(\.kind) == [.sharedPrompt])
  }

  @Test func recordsOfOnePatternAreNotLeaks() {
    func sum(_ first: Int, _ second: Int) -> CheckedRecord {
      CheckedRecord(prompt: "Add the numbers \(first) and \(second).", answer: "The sum is \(first + second).")
    }
    let training = (0..<20).flatMap { first in (0..<20).map { sum(first, $0 * 2) } }
    let heldOut = (0..<20).map { sum($0, 31) }
    var frequencies = WordFrequencies()
    for record in training { frequencies.add(record.words) }
    let index = HeldOutIndex(heldOut, frequencies: frequencies)
    var leaks = LeakCollector()
    for (line, record) in training.enumerated() {
      leaks.add(index.matches(of: record), at: RecordPlace(file: 0, line: line + 1))
    }
    #expect(leaks.findings(heldOut: heldOut.indices.map { RecordPlace(file: 1, line: $0 + 1) }).isEmpty)
  }
}
