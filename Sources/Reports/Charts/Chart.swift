/// One or more series over the steps of a run, as one picture with its values.
struct Chart {
  /// One curve.
  struct Line {
    /// The name in the legend.
    let name: String
    /// The points.
    let series: Series
    /// The colour, counted from 0.
    let color: Int
    /// The style of the curve.
    var style = Style.line
  }

  /// The style of a curve.
  enum Style: String {
    /// A solid line.
    case line
    /// A faint line behind the others.
    case faint
    /// A line with a mark at every point.
    case marked
  }

  /// The identifier within the page, of letters and hyphens.
  let id: String
  /// The title.
  let title: String
  /// One sentence about the data.
  var summary = ""
  /// The quantity of the values.
  let quantity: Quantity
  /// The curves, from back to front.
  let lines: [Line]
  /// Whether the picture takes the full width of the page.
  var isWide = false
  /// Whether the axis includes 0.
  var includesZero = false
  /// Whether values that span more than a factor of 100 get a logarithmic axis.
  var mayBeLogarithmic = false

  /// The axis of steps.
  var horizontal: Axis {
    let steps = lines.flatMap { [$0.series.steps.first, $0.series.steps.last] }.compactMap(\.self)
    return Axis(ofSteps: steps.min() ?? 0, steps.max() ?? 1, ticks: isWide ? 10 : 5)
  }

  /// The axis of values. It ignores the outermost hundredth of a faint line on either side.
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

  /// How many points of a line are drawn and respond to the pointer.
  static let pointsDrawn = 600
}
