import Randomness

/// The difference between two models' losses on the same records, with a confidence interval.
package struct PairedDifference: Sendable, Equatable {
  /// The second loss minus the first, in nats per trained token.
  package let estimate: Double
  /// The lower end of the interval.
  package let lower: Double
  /// The upper end of the interval.
  package let upper: Double
  /// The number of compared records.
  package let records: Int

  /// The share of intervals that contain the true difference. It is 98 %, because at 95 % one in twenty comparisons of
  /// equal models claims a difference, and people compare often.
  package static let confidence = 0.98

  /// The smallest number of records that can show a difference: resampling fewer says too little about their variation.
  package static let fewestRecords = 10

  /// Whether the data show a difference: the interval does not contain 0.
  package var isShown: Bool { records >= Self.fewestRecords && (lower > 0 || upper < 0) }

  /// Compares losses with the paired bootstrap (Efron, 1979; Koehn, W04-3250): it samples records with replacement,
  /// both models' losses together, and takes the interval between quantiles of the differences.
  ///
  /// - Parameters:
  ///   - first: each record's loss under the first model, summed over its tokens.
  ///   - second: the same under the second model.
  ///   - counts: each record's number of trained tokens.
  ///   - seed: makes the sampling repeatable.
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
    // Enough for quantiles of a hundredth; fewer for very many records.
    let resamples = max(1000, min(4000, 200_000_000 / records))
    var random = SplitMix64(state: seed)
    let sampled = (0..<resamples).map { _ in
      var (sum, size) = (0.0, 0.0)
      for _ in 0..<records {
        let record = Int(random.next(upperBound: UInt64(records)))
        sum += differences[record]
        size += sizes[record]
      }
      return ratio(sum, size)
    }.sorted()
    let tail = Double(resamples) * (1 - Self.confidence) / 2
    lower = sampled[Int(tail)]
    upper = sampled[resamples - 1 - Int(tail)]
  }
}
