/// One section of a recipe while it is decoded: every question for a key is remembered, so that keys that nobody asked
/// for can be reported as mistakes.
///
/// A question reads like a declaration: `section.integer("rank", &rank, .atLeast(1))` leaves the default where the key is
/// absent, and reports what is wrong where the value doesn't fit.
final class Section {
  /// `data.train[0]`; empty for the recipe itself.
  let path: String
  let place: Place
  /// `method lora`, for messages about keys that this kind of section doesn't have.
  var kind: String?
  /// Whether the section itself is so wrong that nothing can be said about its keys.
  var isUnclear = false
  private(set) var knownKeys: [String] = []
  let problems: Problems
  private let entries: [SourceNode.Entry]

  init(_ entries: [SourceNode.Entry], path: String, place: Place, problems: Problems) {
    self.entries = entries
    self.path = path
    self.place = place
    self.problems = problems
    problems.register(self)
  }

  /// The prefix of a key's name in a message: `optimizer.`.
  var prefix: String { path.isEmpty ? "" : path + "." }

  /// The keys that nobody asked for.
  var unknownKeys: [(key: String, place: Place)] {
    entries.filter { !knownKeys.contains($0.key) }.map { ($0.key, $0.place) }
  }

  /// The value of a key as written, or nil if the key is absent.
  func value(_ key: String) -> SourceNode? {
    if !knownKeys.contains(key) { knownKeys.append(key) }
    return entries.first { $0.key == key }?.value
  }

  /// Whether a key is given.
  func has(_ key: String) -> Bool { value(key) != nil }

  /// Reports a mistake in the value of a key, or in the section where the key is absent.
  func report(_ key: String, _ message: String) {
    problems.add("\(prefix)\(key): \(message)", at: value(key)?.place ?? place)
  }

  /// Reports that a key must be given.
  func reportMissing(_ key: String, _ advice: String) {
    problems.add("\(prefix)\(key) is missing: \(advice).", at: place)
  }

  /// Reports that a value is of the wrong kind.
  func report(_ key: String, expected: String, found node: SourceNode, hint: String = "") {
    problems.add("\(prefix)\(key): expected \(expected), found \(node.found).\(hint)", at: node.place)
  }

  /// A section inside this one; empty where the key is absent.
  func section(_ key: String) -> Section {
    guard let node = value(key) else { return Section([], path: prefix + key, place: place, problems: problems) }
    return section(of: node, named: key)
  }

  /// A value of this section as a section itself; empty, with a report, where it is something else.
  func section(of node: SourceNode, named key: String) -> Section {
    if node.entries == nil { report(key, expected: "a section of keys", found: node, hint: hint(node, key)) }
    let section = Section(node.entries ?? [], path: prefix + key, place: node.place, problems: problems)
    section.isUnclear = node.entries == nil
    return section
  }

  /// How to write what somebody meant who gave a section's main key alone.
  private func hint(_ node: SourceNode, _ key: String) -> String {
    let mainKeys = ["model": "path", "adapter": "method", "data": "train", "optimizer": "method", "schedule": "method"]
    guard path.isEmpty, let main = mainKeys[key], case .scalar(let text, _) = node.content, !text.isEmpty else {
      return ""
    }
    return " Write `\(key): {\(main): \(shortened(text))}`."
  }
}
