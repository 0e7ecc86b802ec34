import InputFiles

// Questions whose answer is the path of a file or folder.
extension Section {
  /// A path, nil where there is none; null is a mistake.
  func path(_ key: String) -> String? { value(key).flatMap { path($0, key) } }

  /// A path, which may be null.
  func optionalPath(_ key: String) -> String? { value(key).flatMap { $0.isNull ? nil : path($0, key) } }

  /// A value as a path; reports any other value.
  func path(_ node: SourceNode, _ key: String, expected: String = "a path") -> String? {
    if case .scalar("~", isQuoted: false) = node.content {
      report(key, expected: expected, found: node, hint: " Write '~' in quotes for the home folder.")
      return nil
    }
    guard let text = text(node, key, expected: expected) else { return nil }
    do {
      return try filePath(text)
    } catch {
      problems.add("\(prefix)\(key): \(error.description).", at: node.place)
      return nil
    }
  }
}
