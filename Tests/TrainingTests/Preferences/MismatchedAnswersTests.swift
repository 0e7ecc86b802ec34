import InstructionData
import Testing
import Training

@Suite("Answers to other prompts")
struct MismatchedAnswersTests {
  private func answer(
    _ prompt: [Int32], desirable: [Int32] = [], undesirable: [Int32] = [], line: Int = 1
  ) -> PreferenceExample {
    PreferenceExample(
      prompt: prompt, chosen: desirable, rejected: undesirable, origin: ExampleOrigin(source: 0, line: line))
  }

  @Test("both answers to a prompt on neighbouring lines: the next record with another prompt is taken")
  func neighbours() {
    let records = [
      answer([1], desirable: [11]), answer([1], undesirable: [12]), answer([2], desirable: [21]),
      answer([2], undesirable: [22]), answer([3], desirable: [31]), answer([3], undesirable: [32]),
    ]
    let mismatched = MismatchedAnswers(training: records)
    #expect(mismatched.examples.map(\.prompt) == [[1], [1], [2], [2], [3], [3]])
    #expect(mismatched.examples.map(\.chosen) == [[21], [21], [31], [31], [11], [11]])
    #expect(mismatched.warnings.isEmpty)
  }

  @Test("the record that a file starts with changes no pair")
  func rotation() {
    let prompts: [[Int32]] = [[1], [1], [2], [3], [1], [2], [2]]
    let records = prompts.enumerated().map { answer($1, desirable: [Int32($0 + 10)], line: $0 + 1) }
    func pairs(_ records: [PreferenceExample]) -> [[[Int32]]] {
      MismatchedAnswers(training: [], heldOut: records).examples.map(\.numbers).sorted { "\($0)" < "\($1)" }
    }
    for first in 1..<records.count {
      #expect(pairs(Array(records[first...] + records[..<first])) == pairs(records), "from record \(first)")
    }
  }

  @Test("an answer is cut where the model's positions end, not where another record does")
  func lengths() {
    let long = answer([9], desirable: [Int32](repeating: 7, count: 6))
    let records = [answer([1, 2, 3, 4], desirable: [5]), long]
    #expect(MismatchedAnswers(training: records).examples[0].chosen == long.chosen)
    #expect(MismatchedAnswers(training: records, positions: 8).examples[0].chosen.count == 4)
    // A record that is longer than the model was made for has room for as much as itself.
    #expect(MismatchedAnswers(training: records, positions: 2).examples[0].chosen.count == 1)
  }

  @Test("where all prompts of a set are equal there is nothing to compare, and that is said")
  func onePrompt() throws {
    let records = [answer([1], desirable: [11]), answer([1], undesirable: [12])]
    let mismatched = MismatchedAnswers(
      training: [answer([1], desirable: [3]), answer([2], desirable: [4])], heldOut: records)
    #expect(mismatched.examples.count == 2)
    let warning = try #require(mismatched.warnings.first)
    #expect(mismatched.warnings.count == 1 && warning.hasPrefix("data.held_out: every record has the same prompt"))
  }
}
