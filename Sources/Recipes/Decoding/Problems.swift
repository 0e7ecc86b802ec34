import Diagnostics

/// Everything that is wrong with a recipe, collected while it is decoded.
final class Problems {
  /// How many mistakes are reported; the rest is counted.
  private static let maximumReported = 100

  private let file: String
  private var found: [(place: Place, message: String)] = []
  private var sections: [Section] = []

  init(file: String) {
    self.file = file
  }

  func add(_ message: String, at place: Place) {
    found.append((place, message))
  }

  /// Keeps a section, whose unknown keys are reported at the end.
  func register(_ section: Section) {
    sections.append(section)
  }

  /// Adds the keys that nobody asked for, and releases the sections, which refer back to this; returns all mistakes in
  /// the order of their lines.
  func finish() -> [UserError] {
    defer { sections = [] }
    for section in sections where !section.isUnclear {
      for (key, place) in section.unknownKeys.prefix(Self.maximumReported + 1) {
        add(message(unknown: key, in: section), at: place)
      }
    }
    let ordered = found.enumerated().sorted {
      ($0.element.place.order, $0.offset) < ($1.element.place.order, $1.offset)
    }
    var errors = ordered.prefix(Self.maximumReported).map { (_, problem) -> UserError in
      .recipe("\(problem.place.text(in: file)): \(problem.message)")
    }
    if found.count > Self.maximumReported { errors.append(.recipe("\(file): more problems than are shown here.")) }
    return errors
  }

  private func message(unknown key: String, in section: Section) -> String {
    let name = "\(section.prefix)\(shortened(key)) is not a key\(section.kind.map { " of \($0)" } ?? "")."
    if let near = nearestName(to: key, in: section.knownKeys) { return "\(name) Did you mean '\(near)'?" }
    let home = sections.first { $0 !== section && $0.knownKeys.contains(key) }
    if let home {
      return home.path.isEmpty
        ? "\(name) '\(key)' belongs at the top level, not indented." : "\(name) Did you mean '\(home.prefix)\(key)'?"
    }
    if let ours = NamesElsewhere.ours(for: key) { return "\(name) Attune calls that '\(ours)'." }
    return "\(name) Keys here: \(section.knownKeys.joined(separator: ", "))."
  }
}
