import DataChecks
import Runs
import StrictJSON

extension DataCheck {
  /// All findings as one document.
  ///
  /// - Parameters:
  ///   - dropped: the kinds that a clean set leaves out.
  ///   - cleaning: the result of writing a clean set to `cleanPath`; nil if none was written.
  func json(dropped: Set<FindingKind>, cleaning: Cleaning?, cleanPath: String?) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      (
        "files",
        .array(
          files.map {
            ["path": .string($0.path), "held_out": .bool($0.isHeldOut), "records": .integer($0.records)]
          })
      ),
      ("findings", .array(findings.map { json($0, isDropped: dropped.contains($0.kind)) })),
      (
        "counts",
        .members(
          FindingKind.allCases.compactMap { kind in
            let count = findings.count { $0.kind == kind }
            return count > 0 ? (kind.rawValue, .integer(count)) : nil
          })
      ),
    ]
    if let cleaning, let cleanPath {
      let parts = FindingKind.allCases.compactMap { kind in
        cleaning.dropped[kind].map { (key: kind.rawValue, value: JSONValue.integer($0)) }
      }
      members.append(
        ("clean", ["path": .string(cleanPath), "kept": .integer(cleaning.kept), "dropped": .members(parts)]))
    }
    return .members(members)
  }

  private func json(_ finding: Finding, isDropped: Bool) -> JSONValue {
    .members(
      [("kind", .string(finding.kind.rawValue)), ("severity", .string(finding.kind.severity.rawValue))]
        + json(finding.place)
        + [
          ("message", .string(finding.message)), ("excerpt", .string(finding.excerpt)),
          ("value", finding.value.map { .double($0) } ?? .null),
          ("related", .array(finding.related.map { .members(json($0)) })),
          ("drop", .bool(isDropped && !finding.dropped.isEmpty)),
        ])
  }

  private func json(_ place: RecordPlace) -> [(key: String, value: JSONValue)] {
    [
      ("file", .string(files.indices.contains(place.file) ? files[place.file].path : "")),
      ("line", .integer(place.line)),
    ]
  }
}
