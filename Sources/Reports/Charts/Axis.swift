import Foundation

/// A range of values with ticks at round numbers.
struct Axis: Equatable {
  /// How values map to positions.
  enum Scale {
    /// Equal differences are equally far apart.
    case linear
    /// Equal ratios are equally far apart.
    case logarithmic
  }

  let scale: Scale
  let lower: Double
  let upper: Double
  /// The marked values, ascending, within the range.
  let ticks: [Double]

  /// An axis exactly from the first to the last step, with ticks at whole steps. A single step is in the middle.
  init(ofSteps low: Double, _ high: Double, ticks count: Int) {
    let (low, high) = low == high ? Self.separated(low - 1, high + 1) : Self.separated(low, high)
    (scale, lower, upper) = (.linear, low, high)
    let step = max(1, Self.niceStep((high - low) / Double(max(1, count))))
    ticks = Self.multiples(of: step, from: low, through: high)
  }

  /// An axis that extends to round numbers on both sides.
  init(around low: Double, _ high: Double, ticks count: Int) {
    let (low, high) = Self.separated(low, high)
    let step = Self.niceStep((high - low) / Double(max(1, count)))
    scale = .linear
    lower = (low / step + 1e-9).rounded(.down) * step
    upper = (high / step - 1e-9).rounded(.up) * step
    ticks = Self.multiples(of: step, from: lower, through: upper)
  }

  /// A logarithmic axis with ticks at 1, 2 and 5 times each power of ten, or only at the powers if those suffice.
  init(logarithmicAround low: Double, _ high: Double) {
    let least = max(low, high * 1e-12, .leastNormalMagnitude)
    let powers = Int(log10(least).rounded(.down))...Int(max(log10(least), log10(max(high, least))).rounded(.up))
    let all = powers.flatMap { power in (powers.count > 4 ? [1.0] : [1, 2, 5]).map { $0 * pow(10, Double(power)) } }
    scale = .logarithmic
    lower = all.last { $0 <= least } ?? least
    upper = all.first { $0 >= high && $0 > least } ?? max(high, least * 10)
    ticks = all.filter { [lower = self.lower, upper = self.upper] in lower...upper ~= $0 }
  }

  /// The position of a value, from 0 at the lower end to 1 at the upper end.
  func place(of value: Double) -> Double {
    switch scale {
    case .linear: (value - lower) / (upper - lower)
    case .logarithmic: (log10(max(value, lower * 1e-3)) - log10(lower)) / (log10(upper) - log10(lower))
    }
  }

  /// Bounds that differ, are finite, and whose distance is finite too.
  private static func separated(_ low: Double, _ high: Double) -> (Double, Double) {
    let limit = 1e300
    let (low, high) = (min(max(low, -limit), limit), min(max(high, -limit), limit))
    if high - low > max(abs(low), abs(high)) * 1e-9 { return (low, high) }
    let margin = low == 0 ? 1 : abs(low) * 0.1
    return (low - margin, low + margin)
  }

  /// The smallest of 1, 2 or 5 times a power of ten that is not below a number (Heckbert, Graphics Gems, "Nice
  /// numbers").
  private static func niceStep(_ rough: Double) -> Double {
    let power = pow(10, log10(rough).rounded(.down))
    return ([1, 2, 5].first { $0 * power >= rough * (1 - 1e-9) } ?? 10) * power
  }

  private static func multiples(of step: Double, from low: Double, through high: Double) -> [Double] {
    let first = (low / step - 1e-9).rounded(.up)
    let last = (high / step + 1e-9).rounded(.down)
    guard last >= first, last - first < 100 else { return [] }
    return (0...Int(last - first)).map { (first + Double($0)) * step }
  }
}
