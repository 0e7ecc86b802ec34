/// Rows of text in aligned columns.
package struct Table {
  /// A column: its title and alignment.
  package struct Column {
    let title: String
    let isRightAligned: Bool

    /// A column for text.
    package static func left(_ title: String) -> Column { Column(title: title, isRightAligned: false) }
    /// A column for numbers.
    package static func right(_ title: String) -> Column { Column(title: title, isRightAligned: true) }
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  /// Makes a table without rows.
  package init(columns: [Column]) {
    self.columns = columns
  }

  /// Adds a row with one text for each column.
  package mutating func add(_ row: [String]) {
    precondition(row.count == columns.count, "a row of \(row.count) texts in a table of \(columns.count) columns")
    rows.append(row)
  }

  /// The table as text: a line for the titles, a rule, and a line for each row; no line ends with spaces.
  package var text: String {
    let titles = columns.map(\.title)
    let widths = columns.indices.map { column in ([titles] + rows).map { $0[column].count }.max() ?? 0 }
    let rule = widths.map { String(repeating: "─", count: $0) }
    return ([titles, rule] + rows).map { line($0, widths) }.joined(separator: "\n")
  }

  private func line(_ row: [String], _ widths: [Int]) -> String {
    var line = ""
    for (position, text) in row.enumerated() {
      let space = String(repeating: " ", count: widths[position] - text.count)
      line += (position > 0 ? "  " : "") + (columns[position].isRightAligned ? space + text : text + space)
    }
    while line.last == " " { line.removeLast() }
    return line
  }
}
