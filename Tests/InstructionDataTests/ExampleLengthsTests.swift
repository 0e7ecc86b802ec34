import InstructionData
import Testing

/// What a preview shows about lengths.
@Suite struct ExampleLengthsTests {
  /// Examples of 10, 20, … 100 tokens, the last five of each trained on.
  static let examples = (1...10).map { index in
    Example(
      tokens: Array(repeating: 0, count: index * 10), trained: [index * 10 - 5..<index * 10],
      origin: ExampleOrigin(source: 0, line: index))
  }

  private func effect(_ policy: LengthPolicy, _ limit: Int) -> ExampleLengths.Effect {
    ExampleLengths(of: Self.examples, limit: limit, policy: policy, empty: 0).effect
  }

  @Test func aLimitDropsOrTruncatesWhatIsLonger() {
    let dropped = effect(.drop, 57)
    #expect([dropped.tooLong, dropped.dropped, dropped.truncated, dropped.trainedTokens] == [5, 5, 0, 25])
    // Of 60 tokens the answer's first two stay; of the longer ones none.
    let cut = effect(.truncate, 57)
    #expect([cut.tooLong, cut.dropped, cut.truncated, cut.trainedTokens] == [5, 4, 1, 27])
    let refused = effect(.error, 57)
    #expect([refused.tooLong, refused.dropped, refused.truncated] == [5, 0, 0])
  }

  @Test func lengthsAreCountedInRangesOfOneWidth() {
    let lengths = ExampleLengths(of: Self.examples, limit: 512, policy: .drop, empty: 0)
    #expect(lengths.histogram(bars: 4).map(\.count) == [3, 3, 3, 1])
    #expect(lengths.histogram(bars: 4).map(\.lengths).first == 0..<32)
    #expect([lengths.quantile(0.5), lengths.quantile(0.9), lengths.quantile(1)] == [50, 90, 100])
    #expect(lengths.others.map(\.limit) == [64, 128])
    let none = ExampleLengths(of: [], limit: 512, policy: .drop, empty: 0)
    #expect(none.histogram(bars: 4).isEmpty)
    #expect(none.quantile(0.5) == 0)
  }
}
