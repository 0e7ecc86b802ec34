/// Some series over the steps of a run, as one picture with its values.
struct Chart {
  /// One curve.
  struct Line {
    /// What the legend calls it.
    let name: String
    /// The points.
    let series: Series
    /// The colour, counted from 0.
    let color: Int
    /// How it is drawn.
    var style = Style.line
  }

  /// How a curve is drawn.
  enum Style: String {
    /// A full line.
    case line
    /// A faint line behind the others.
    case faint
    /// A line with a mark at every point.
    case marked
  }

  /// The name inside the page, of letters and hyphens.
  let id: String
  /// The title.
  let title: String
  /// One sentence on what is seen.
  var summary = ""
  /// What the values are.
  let quantity: Quantity
  /// The curves, the first ones at the back.
  let lines: [Line]
  /// Whether the picture takes the page's whole width.
  var isWide = false
  /// Whether 0 belongs to the axis.
  var includesZero = false
  /// Whether values may stand on a logarithmic axis, where they spread over more than a factor of 100.
  var mayBeLogarithmic = false

  /// The steps that are shown.
  var horizontal: Axis {
    let steps = lines.flatMap { [$0.series.steps.first, $0.series.steps.last] }.compactMap(\.self)
    return Axis(spanning: steps.min() ?? 0, steps.max() ?? 1, ticks: isWide ? 10 : 5)
  }

  /// The values that are shown: of faint lines without the outermost hundredth on either side.
  var vertical: Axis {
    let ranges = lines.compactMap { line -> (low: Double, high: Double)? in
      let sorted = line.series.values.sorted()
      guard let first = sorted.first, let last = sorted.last else { return nil }
      guard line.style == .faint, lines.count > 1, sorted.count >= 100 else { return (first, last) }
      return (sorted[sorted.count / 100], sorted[sorted.count - 1 - sorted.count / 100])
    }
    let low = ranges.map(\.low).min() ?? 0
    let high = ranges.map(\.high).max() ?? 1
    if mayBeLogarithmic, low > 0, high / low > 100 { return Axis(logarithmicAround: low, high) }
    return Axis(around: includesZero ? min(0, low) : low, includesZero ? max(0, high) : high, ticks: 5)
  }

  /// So many points of a line are drawn and can be pointed at.
  static let pointsDrawn = 600
}
