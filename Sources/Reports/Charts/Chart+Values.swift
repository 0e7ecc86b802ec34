import StrictJSON

extension Chart {
  /// The data with which the page's script shows the values under the pointer.
  var values: JSONValue {
    let (x, y) = (horizontal, vertical)
    return [
      "quantity": .string(quantity.rawValue), "x": [.double(x.lower), .double(x.upper)],
      "y": [.double(y.lower), .double(y.upper)], "logarithmic": .bool(y.scale == .logarithmic),
      "lines": .array(
        lines.map { line in
          let series = line.series.thinned(to: Self.pointsDrawn)
          return [
            "name": .string(line.name), "color": .integer(line.color), "faint": .bool(line.style == .faint),
            "x": .array(series.steps.map { .double($0) }), "y": .array(series.values.map { .float(Float($0)) }),
          ]
        }),
    ]
  }

  /// The values as a table: every step or, if there are many, evenly spaced ones and all points of lines with marks.
  var table: HTML {
    let columns = lines.map { line in
      Dictionary(zip(line.series.steps, line.series.values), uniquingKeysWith: { $1 })
    }
    let dense = Array(Set(lines.filter { $0.style != .marked }.flatMap(\.series.steps))).sorted()
    let stride = max(1, (dense.count + Self.rowsShown - 1) / Self.rowsShown)
    var steps = Set(dense.indices.filter { $0.isMultiple(of: stride) || $0 == dense.count - 1 }.map { dense[$0] })
    for line in lines where line.style == .marked { steps.formUnion(line.series.thinned(to: Self.rowsShown).steps) }
    let rows = steps.sorted().map { step -> HTML in
      let cells = columns.map { column -> HTML in "<td>\(column[step].map(quantity.text) ?? "")</td>" }
      return "<tr><th scope=\"row\">\(Human.integer(step))</th>\(cells)</tr>"
    }
    let note: HTML? =
      stride > 1 ? "<p class=\"note\">One step in \(stride); metrics.jsonl has them all.</p>" : nil
    return """
      <details class="values"><summary>Values</summary>\(note)
      <div class="scroll" tabindex="0" role="region" aria-label="\("Values of " + title)"><table>
      <thead><tr><th scope="col">step</th>\(lines.map { "<th scope=\"col\">\($0.name)</th>" as HTML })</tr></thead>
      <tbody>\(rows)</tbody></table></div></details>
      """
  }

  private static let rowsShown = 100
}

extension Human {
  /// A whole number without decimals; other numbers unchanged.
  static func integer(_ value: Double) -> String { Int(exactly: value).map { "\($0)" } ?? "\(value)" }
}
