import Reports
import Testing

@Suite("The paired bootstrap")
struct PairedDifferenceTests {
  /// Losses of records of very different difficulty and length, and differences with a long tail.
  private func records(_ count: Int, _ random: inout Random) -> (losses: [Double], sizes: [Int], differences: [Double])
  {
    let sizes = (0..<count).map { _ in Int.random(in: 1...60, using: &random) }
    let losses = sizes.map { Double($0) * Double.random(in: 0.1...4, using: &random) }
    let differences = sizes.map { size in
      let draw = Double.random(in: 0.001...1, using: &random)
      return Double(size) * 0.05 / (draw * draw).squareRoot()
    }
    return (losses, sizes, differences)
  }

  @Test(
    "with random signs of the differences, at most 7 % of 200 comparisons claim a difference", arguments: [30, 200])
  func calibration(count: Int) {
    var random = Random(state: UInt64(count))
    var claims = 0
    for trial in 0..<200 {
      let (losses, sizes, differences) = records(count, &random)
      let others = zip(losses, differences).map { $0 + (Bool.random(using: &random) ? $1 : -$1) }
      if PairedDifference(losses, others, counts: sizes, seed: UInt64(trial)).isShown { claims += 1 }
    }
    #expect(claims <= 14, "\(claims) of 200 claimed a difference between equals")
  }

  @Test("a difference that all records share is shown, with its sign and size")
  func shown() {
    var random = Random(state: 5)
    let (losses, sizes, _) = records(100, &random)
    let better = zip(losses, sizes).map { $0 - 0.1 * Double($1) }
    let difference = PairedDifference(losses, better, counts: sizes)
    #expect(difference.isShown)
    #expect(abs(difference.estimate + 0.1) < 1e-9)
    #expect(difference.lower <= difference.estimate && difference.estimate <= difference.upper)
    #expect(PairedDifference(better, losses, counts: sizes).lower > 0)
  }

  @Test("too few records show nothing, and no records are not an error")
  func few() {
    let difference = PairedDifference([1, 1, 1], [0, 0, 0], counts: [1, 1, 1])
    #expect(difference.estimate == -1)
    #expect(!difference.isShown)
    #expect(!PairedDifference([], [], counts: []).isShown)
  }

  @Test("records that are not the same are not paired, and the reason is given")
  func unpaired() throws {
    func losses(
      name: String = "a", checksum: UInt32? = 7, lines: [Int] = [1, 2], counts: [Int] = [3, 4],
      _ values: [Double] = [1, 2]
    ) -> RecordLosses {
      RecordLosses(
        step: 1,
        sources: [.init(name: name, checksum: checksum, lines: lines, counts: counts, losses: values)])
    }
    #expect(try losses().difference(to: losses([2, 3])).estimate == 2.0 / 7)
    for (other, reason) in [
      (losses(name: "b"), "names"), (losses(checksum: 8), "files differ"),
      (losses(lines: [1, 3]), "different records"),
      (losses(counts: [3, 5]), "numbers of trained tokens"), (losses([.nan, 1]), "not finite"),
    ] {
      #expect { try losses().difference(to: other) } throws: { ($0 as? Unpaired)?.reason.contains(reason) == true }
    }
  }

  @Test("evaluation.json reads back as it was written")
  func file() throws {
    let run = try SyntheticRun(steps: 1)
    #expect(try RecordLosses(readingFrom: run.folder) == nil)
    let losses = RecordLosses(
      step: 4, sources: [.init(name: "held-out", checksum: nil, lines: [1, 5], counts: [2, 3], losses: [0.1, 2.5])])
    try losses.write(to: run.folder)
    #expect(try RecordLosses(readingFrom: run.folder) == losses)
  }
}

/// A repeatable source of random numbers (a linear congruential generator's upper bits, Knuth's MMIX constants).
private struct Random: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    func half() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 32
    }
    return half() << 32 | half()
  }
}
