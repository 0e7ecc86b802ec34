import DataChecks
import Runs

/// The findings of a data check as text: the first findings of each kind, then a table of all kinds.
struct CheckView {
  let check: DataCheck
  /// How many findings of each kind are shown.
  let shown: Int
  /// The kinds that a clean set leaves out.
  let dropped: Set<FindingKind>

  /// The complete text.
  var text: String {
    let groups = FindingKind.allCases.map { kind in (kind, check.findings.filter { $0.kind == kind }) }
      .filter { !$0.1.isEmpty }
    let records = check.files.filter { !$0.isHeldOut }.reduce(0) { $0 + $1.records }
    let heldOut = check.files.filter(\.isHeldOut).reduce(0) { $0 + $1.records }
    let counted =
      "\(Human.count(records)) training records" + (heldOut > 0 ? " and \(Human.count(heldOut)) held-out records" : "")
    if groups.isEmpty { return "\(counted): nothing found." }
    var table = Table(columns: [.left("kind"), .left("severity"), .right("findings"), .right("to leave out")])
    for (kind, findings) in groups {
      let places = dropped.contains(kind) ? Set(findings.flatMap(\.dropped)).count : 0
      table.add([
        kind.rawValue, kind.severity.rawValue, "\(findings.count)", places > 0 ? "\(places) records" : "–",
      ])
    }
    return groups.map { section($0, $1) }.joined(separator: "\n") + "\n\(counted).\n\n\(table.text)"
  }

  private func section(_ kind: FindingKind, _ findings: [Finding]) -> String {
    let title = "\(kind.rawValue): \(kind.title)"
    var lines = [kind.severity == .error ? Paint.onOutput.red(title) : Paint.onOutput.bold(title)]
    for finding in findings.prefix(shown) {
      lines.append("  \(check.location(finding.place))  \(finding.message)\(related(finding))")
      if !finding.excerpt.isEmpty { lines.append("      " + Paint.onOutput.dim(finding.excerpt)) }
    }
    if findings.count > shown { lines.append("  and \(findings.count - shown) more (--show, --json)") }
    return lines.joined(separator: "\n") + "\n"
  }

  private func related(_ finding: Finding) -> String {
    if finding.related.isEmpty { return "" }
    let shown = finding.related.prefix(4).map(check.location)
    let more = finding.related.count - shown.count
    return ": " + shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
  }
}

extension DataCheck {
  /// A record's place as `FILE:LINE`, which editors can open.
  func location(_ place: RecordPlace) -> String {
    "\(files.indices.contains(place.file) ? files[place.file].path : "?"):\(place.line)"
  }
}

extension DataCheck.Cleaning {
  /// How many records were written and how many were left out.
  func text(path: String) -> String {
    let all = dropped.values.reduce(0, +)
    let parts = FindingKind.allCases.compactMap { kind in dropped[kind].map { "\(kind.rawValue) \($0)" } }
    return "\n\(path): \(Human.count(kept)) records written, "
      + (all == 0 ? "none left out." : "\(Human.count(all)) left out (\(parts.joined(separator: ", "))).")
  }
}
