/// A regular expression of an adapter's file that is matched against modules' names.
///
/// A file can ask for anything: nested repetitions would take time exponential in the length of a name. So only patterns
/// with at most four unbounded repetitions, none of them of a group, are evaluated.
struct NamePattern {
  private let regex: Regex<AnyRegexOutput>

  /// Compiles a pattern between others that are Attune's own; nil where it cannot be tried in bounded time.
  init?(_ pattern: String, after beginning: String = "", before end: String = "") {
    guard Self.isBounded(pattern), let regex = try? Regex("\(beginning)(?:\(pattern))\(end)") else { return nil }
    self.regex = regex
  }

  /// Whether a whole name matches, as Python's `re.fullmatch` decides.
  func matches(_ name: String) -> Bool { (try? regex.wholeMatch(in: name)) != nil }

  private static func isBounded(_ pattern: String) -> Bool {
    let repetitions = pattern.filter { "*+{".contains($0) }.count
    let ofGroups = [")*", ")+", "){"].contains(where: pattern.contains)
    return pattern.utf8.count <= 500 && repetitions <= 4 && !ofGroups
  }
}
