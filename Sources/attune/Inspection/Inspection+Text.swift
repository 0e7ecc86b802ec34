import Checkpoints
import StrictJSON

extension Inspection {
  /// The text that `attune inspect` prints without `--json`.
  var text: String {
    var parts = [
      "\(printable(path)): \(kind)\(isRewardModel ? " (reward model)" : ""), \(form), \(Human.count(parameterCount)) parameters, \(Human.bytes(byteCount))",
      section("adapter", adapter?.lines ?? []), tensorTable,
    ]
    for (name, text) in configurations { parts.append(section(name, Self.lines(ofConfiguration: text))) }
    parts.append(section("template", template.map { [$0] } ?? []))
    parts.append(section("provenance", provenance.sorted { $0.key < $1.key }.map { "\($0.key)  \($0.value)" }))
    parts.append(section("state", state.sorted { $0.key < $1.key }.map { "\($0.key)  \(Self.text($0.value))" }))
    parts.append(section("files", files.map { "\($0.name)  \(Human.bytes($0.byteCount))" }))
    parts.append(section("recipe", recipe?.split(separator: "\n").map(String.init) ?? []))
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private var tensorTable: String {
    var table = Table(columns: [.left("tensor"), .left("shape"), .left("type"), .right("parameters"), .right("size")])
    for group in groups {
      for row in TensorTree(group.tensors).rows(title: group.name) {
        table.add([
          printable(row.label), row.shape, row.type, Human.count(row.elementCount), Human.bytes(row.byteCount),
        ])
      }
    }
    return table.text
  }

  /// A title with indented lines below it; empty if there are no lines.
  private func section(_ title: String, _ lines: [String]) -> String {
    lines.isEmpty ? "" : ([title] + lines.map { "  " + printable($0) }).joined(separator: "\n")
  }

  private static func lines(ofConfiguration text: String) -> [String] {
    guard let object = (try? JSONValue(parsing: text.utf8))?.objectValue else {
      return text.split(separator: "\n").map(String.init)
    }
    return object.members.filter { !$0.value.isNull }.map { "\($0.key)  \($0.value.compactText)" }
  }

  private static func text(_ value: StateValue) -> String {
    switch value {
    case .integer(let number): "\(number)"
    case .real(let number): "\(number)"
    case .text(let text): text
    case .words(let words): "\(words.count) words"
    }
  }

  /// A text from a file, with control characters replaced so that it cannot move the terminal's cursor.
  private func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
  }
}
