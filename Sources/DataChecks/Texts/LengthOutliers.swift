import Foundation

/// Which lengths lie far from the others'.
public struct LengthOutliers: Sendable {
  /// The middle length.
  public let median: Double
  private let logarithm: Double
  private let spread: Double

  /// Measures lengths; nil for fewer than twenty, where nothing is far from the others.
  ///
  /// Lengths of texts are spread about evenly on a logarithmic scale, so their logarithms are compared; the median and
  /// the median absolute deviation do not follow the outliers (Leys et al. 2013).
  public init?(_ lengths: [Int]) {
    guard lengths.count >= 20 else { return nil }
    let sorted = lengths.sorted()
    median = Double(sorted[sorted.count / 2])
    let middle = log(median + 1)
    logarithm = middle
    let deviations = lengths.map { abs(log(Double($0) + 1) - middle) }.sorted()
    // 1.4826 makes the deviation that of a normal distribution. Sets of nearly equal lengths still differ by a third.
    spread = max(1.4826 * deviations[deviations.count / 2], 0.3)
  }

  /// How many deviations a length lies from the middle, where that is more than four; else nil.
  public func deviation(of length: Int) -> Double? {
    let deviation = (log(Double(length) + 1) - logarithm) / spread
    return abs(deviation) > 4 ? deviation : nil
  }
}
