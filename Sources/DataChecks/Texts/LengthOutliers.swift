import Foundation

/// Finds unusual lengths.
public struct LengthOutliers: Sendable {
  /// The median length.
  public let median: Double
  private let logarithm: Double
  private let spread: Double

  /// Measures lengths; nil for fewer than twenty, among which none is unusual.
  ///
  /// The lengths of texts spread roughly evenly on a logarithmic scale, so their logarithms are compared. The median
  /// and the median absolute deviation are insensitive to outliers (Leys et al. 2013).
  public init?(_ lengths: [Int]) {
    guard lengths.count >= 20 else { return nil }
    let sorted = lengths.sorted()
    median = Double(sorted[sorted.count / 2])
    let middle = log(median + 1)
    logarithm = middle
    let deviations = lengths.map { abs(log(Double($0) + 1) - middle) }.sorted()
    // 1.4826 scales it to the deviation of a normal distribution. The minimum serves sets of nearly equal lengths.
    spread = max(1.4826 * deviations[deviations.count / 2], 0.3)
  }

  /// The number of deviations between a length and the median if it is more than four, otherwise nil.
  public func deviation(of length: Int) -> Double? {
    let deviation = (log(Double(length) + 1) - logarithm) / spread
    return abs(deviation) > 4 ? deviation : nil
  }
}
