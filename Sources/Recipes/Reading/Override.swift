import Diagnostics

/// One `key.path=value` of the command line, which replaces what the recipe file says.
struct Override {
  /// The argument as typed.
  let text: String
  /// `optimizer`, `learning_rate`.
  let path: [String]
  /// The value, read as YAML.
  let value: SourceNode
  /// Keys that occur twice inside the value.
  let duplicates: [(place: Place, message: String)]

  /// Reads an argument.
  init(_ text: String) throws(UserError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let path = parts[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, path.allSatisfy({ !$0.isEmpty && !$0.contains(where: \.isWhitespace) }) else {
      throw .recipe("'\(shortened(text))' is not an override: expected key.path=value, as in training.epochs=1.")
    }
    let place = Place.override(shortened(text))
    var reader = YAMLReader(place: { _ in place })
    do {
      value =
        try reader.read(Array(parts[1].utf8)) ?? SourceNode(content: .scalar("", isQuoted: false), place: place)
    } catch {
      throw .recipe("\(place.text(in: "")): the value \(error.message).")
    }
    self.text = text
    self.path = path
    duplicates = reader.duplicates
  }

  /// Keys of which a section holds one or the other: an override of the one takes the place of the other.
  private static let alternatives = [
    "training": ["epochs", "steps"],
    "schedule": ["warmup_steps", "warmup_fraction"],
    "adapter": ["width", "reduction"],
  ]

  /// Puts the values into a recipe's tree; sections that are missing on the way are made.
  static func apply(_ overrides: [Override], to root: inout SourceNode) throws(UserError) {
    for override in overrides {
      if let section = override.path.first, override.path.count == 2,
        let keys = alternatives[section], keys.contains(override.path[1])
      {
        let replaced = keys.filter { $0 != override.path[1] }
        root.updateSection(section) { entries in
          entries.removeAll { entry in
            // Both given on the command line is a mistake that the decoder reports.
            if case .override = entry.place { false } else { replaced.contains(entry.key) }
          }
        }
      }
      guard root.set(override.path[...], to: override.value) else {
        throw .recipe(
          "override '\(shortened(override.text))': there are no keys inside '\(override.path.dropLast().joined(separator: "."))'."
        )
      }
    }
  }
}

extension SourceNode {
  /// Changes the entries of a direct subsection, where it exists.
  fileprivate mutating func updateSection(_ key: String, _ change: (inout [Entry]) -> Void) {
    guard case .section(var entries) = content, let position = entries.firstIndex(where: { $0.key == key }),
      case .section(var inner) = entries[position].value.content
    else { return }
    change(&inner)
    entries[position].value.content = .section(inner)
    content = .section(entries)
  }

  /// Puts a value at a path; false where something on the way is neither a section nor absent.
  fileprivate mutating func set(_ path: ArraySlice<String>, to value: SourceNode) -> Bool {
    guard let key = path.first else {
      self = value
      return true
    }
    if isNull { content = .section([]) }
    guard case .section(var entries) = content else { return false }
    if let position = entries.firstIndex(where: { $0.key == key }) {
      var entry = entries.remove(at: position)
      if path.count == 1 {
        entry = Entry(key: key, place: value.place, value: value)
      } else if !entry.value.set(path.dropFirst(), to: value) {
        return false
      }
      entries.insert(entry, at: position)
    } else {
      var node = SourceNode(content: .section([]), place: value.place)
      _ = node.set(path.dropFirst(), to: value)
      entries.append(Entry(key: key, place: value.place, value: node))
    }
    content = .section(entries)
    return true
  }
}
