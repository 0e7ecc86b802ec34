import Foundation

extension Chart {
  /// The picture: axes and labels keep their size at any width, and the curves are in a box that stretches.
  var drawing: HTML {
    let (x, y) = (horizontal, vertical)
    return """
      <svg class="drawing" role="img" aria-label="\(label)">
      <g class="grid">\(y.ticks.map { grid($0, y) })</g>
      <g class="marks">\(x.ticks.map { mark($0, x) })<text class="unit" x="100%" y="100%" dy="34">step</text></g>
      <svg class="curves" width="100%" height="100%" viewBox="0 0 1000 1000" preserveAspectRatio="none">
      \(lines.map { curve($0, x, y) })
      </svg>
      \(lines.filter { $0.style == .marked || $0.series.count == 1 }.flatMap { points($0, x, y) })
      <line class="axis" x1="0" x2="100%" y1="100%" y2="100%"/>
      <g class="cursor" hidden="hidden"><line y1="0" y2="100%"/></g>
      </svg>
      """
  }

  /// The description of the picture for screen readers.
  private var label: String {
    let ends = lines.filter { $0.style != .faint || lines.count == 1 }.compactMap { line -> String? in
      guard let first = line.series.values.first, let last = line.series.values.last else { return nil }
      return "\(line.name) from \(quantity.text(first)) to \(quantity.text(last))"
    }
    return "\(title) over steps: \(ends.joined(separator: "; "))"
  }

  private func grid(_ value: Double, _ axis: Axis) -> HTML {
    let place = Self.percent(1 - axis.place(of: value))
    return """
      <line x1="0" x2="100%" y1="\(place)" y2="\(place)"/><text x="-10" y="\(place)" dy="4">\(quantity.tick(value))</text>
      """
  }

  private func mark(_ value: Double, _ axis: Axis) -> HTML {
    let place = Self.percent(axis.place(of: value))
    return "<line x1=\"\(place)\" x2=\"\(place)\" y1=\"100%\" y2=\"100%\" class=\"tick\"/>"
      + "<text x=\"\(place)\" y=\"100%\" dy=\"19\">\(Human.shortCount(value))</text>"
  }

  private func curve(_ line: Line, _ x: Axis, _ y: Axis) -> HTML {
    let series = line.series.thinned(to: Self.pointsDrawn)
    let points = zip(series.steps, series.values).map { step, value in
      // A point far outside the box looks like one just outside, and a huge coordinate would break the complete path.
      let height = min(max(1 - y.place(of: value), -10), 10)
      return Self.coordinate(x.place(of: step)) + " " + Self.coordinate(height)
    }
    return "<path class=\"\(line.style.rawValue) color\(line.color)\" d=\"M\(points.joined(separator: "L"))\"/>"
  }

  private func points(_ line: Line, _ x: Axis, _ y: Axis) -> [HTML] {
    // More marks would overlap.
    guard line.series.count <= 60 else { return [] }
    return zip(line.series.steps, line.series.values).map { step, value in
      let (left, top) = (Self.percent(x.place(of: step)), Self.percent(1 - y.place(of: value)))
      return "<circle class=\"color\(line.color)\" cx=\"\(left)\" cy=\"\(top)\" r=\"3\"/>"
    }
  }

  private static func percent(_ share: Double) -> String { String(format: "%.2f%%", share * 100) }
  private static func coordinate(_ share: Double) -> String { String(format: "%.1f", share * 1000) }
}
