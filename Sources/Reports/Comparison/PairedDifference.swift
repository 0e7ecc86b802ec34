import Randomness

/// How much two models' losses on the same records differ, and how sure that is.
package struct PairedDifference: Sendable, Equatable {
  /// The second loss less the first, in nats per trained token.
  package let estimate: Double
  /// The lower end of the interval.
  package let lower: Double
  /// The upper end of the interval.
  package let upper: Double
  /// Records that were compared.
  package let records: Int

  /// The share of intervals that hold the true difference. 98 %: at 95 % one in twenty comparisons of equals claims a
  /// difference, and people compare often.
  package static let confidence = 0.98

  /// Fewer records than this tell nothing: resampling so few knows too little of how they vary.
  package static let fewestRecords = 10

  /// Whether the data show a difference: the interval does not hold 0.
  package var isShown: Bool { records >= Self.fewestRecords && (lower > 0 || upper < 0) }

  /// Compares losses by the paired bootstrap (Efron, 1979; Koehn, W04-3250): records are drawn with replacement, both
  /// models' losses together, and the interval lies between the quantiles of the differences.
  ///
  /// - Parameters:
  ///   - first: each record's loss under the first model, summed over its tokens.
  ///   - second: the same under the second model.
  ///   - counts: each record's trained tokens.
  ///   - seed: draws are repeatable.
  package init(_ first: [Double], _ second: [Double], counts: [Int], seed: UInt64 = 0) {
    let records = min(first.count, second.count, counts.count)
    self.records = records
    let differences = (0..<records).map { second[$0] - first[$0] }
    let sizes = (0..<records).map { Double(counts[$0]) }
    func ratio(_ sum: Double, _ size: Double) -> Double { size > 0 ? sum / size : 0 }
    estimate = ratio(differences.reduce(0, +), sizes.reduce(0, +))
    guard records > 0 else {
      (lower, upper) = (0, 0)
      return
    }
    // Enough for quantiles of a hundredth; fewer where there are very many records.
    let resamples = max(1000, min(4000, 200_000_000 / records))
    var random = SplitMix64(state: seed)
    let drawn = (0..<resamples).map { _ in
      var (sum, size) = (0.0, 0.0)
      for _ in 0..<records {
        let record = Int(random.next(upperBound: UInt64(records)))
        sum += differences[record]
        size += sizes[record]
      }
      return ratio(sum, size)
    }.sorted()
    let tail = Double(resamples) * (1 - Self.confidence) / 2
    lower = drawn[Int(tail)]
    upper = drawn[resamples - 1 - Int(tail)]
  }
}
