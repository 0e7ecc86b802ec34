import Foundation

/// Values over steps, for a curve. All values are finite.
package struct Series: Sendable, Equatable {
  /// The steps, ascending.
  package private(set) var steps: [Double] = []
  /// A value for each step.
  package private(set) var values: [Double] = []

  /// Creates an empty series.
  package init() {}

  /// Creates a series of points, skipping those that are not finite.
  package init(_ points: some Sequence<(step: Double, value: Double)>) {
    for point in points { append(point.step, point.value) }
  }

  /// Appends a point, unless it is not finite.
  package mutating func append(_ step: Double, _ value: Double) {
    guard step.isFinite, value.isFinite else { return }
    steps.append(step)
    values.append(value)
  }

  /// The number of points.
  package var count: Int { steps.count }

  /// The lowest value with its step.
  package var lowest: (step: Double, value: Double)? {
    zip(steps, values).min { $0.1 < $1.1 }.map { ($0.0, $0.1) }
  }

  /// The series smoothed by an exponential average over about a twenty-fifth of its length, with bias correction at the
  /// beginning, as for Adam's moments (1412.6980, §3).
  package var smoothed: Series {
    let decay = exp(-1 / max(1, Double(count) / 25))
    var (average, weight) = (0.0, 0.0)
    return Series(
      zip(steps, values).map { step, value in
        average = decay * average + (1 - decay) * value
        weight = decay * weight + (1 - decay)
        return (step, average / weight)
      })
  }

  /// A series of at most about `limit` points that looks the same: it keeps the lowest and the highest point of each
  /// section, and the first and the last point.
  package func thinned(to limit: Int) -> Series {
    guard count > max(4, limit) else { return self }
    let sections = max(1, limit / 2 - 1)
    var kept: Set<Int> = [0, count - 1]
    for section in 0..<sections {
      let range = section * count / sections..<(section + 1) * count / sections
      if let lowest = range.min(by: { values[$0] < values[$1] }) { kept.insert(lowest) }
      if let highest = range.max(by: { values[$0] < values[$1] }) { kept.insert(highest) }
    }
    return Series(kept.sorted().map { (steps[$0], values[$0]) })
  }
}
