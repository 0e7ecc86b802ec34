/// A YAML value as written, before it is decoded.
struct SourceNode: Sendable {
  /// A key with its value.
  struct Entry: Sendable {
    let key: String
    let place: Place
    var value: SourceNode
  }

  enum Content: Sendable {
    /// Text as written; `isQuoted` where it can't be a number, a boolean or null.
    case scalar(String, isQuoted: Bool)
    case list([SourceNode])
    case section([Entry])
  }

  var content: Content
  let place: Place

  /// Whether this is YAML's null: nothing, `~` or `null`.
  var isNull: Bool {
    if case .scalar(let text, isQuoted: false) = content { PlainScalar(text) == .null } else { false }
  }

  /// The entries, where this is a section.
  var entries: [Entry]? { if case .section(let entries) = content { entries } else { nil } }

  /// What was found, for messages: `'eight'`, `a list`, `a section`, `nothing`.
  var found: String {
    switch content {
    case .scalar(_, isQuoted: false) where isNull: "nothing"
    case .scalar(let text, let isQuoted):
      switch (isQuoted, PlainScalar(text)) {
      case (false, .integer), (false, .number), (false, .bool): shortened(text)
      case (true, .integer), (true, .number), (true, .bool), (true, .null): "the quoted text '\(shortened(text))'"
      default: "'\(shortened(text))'"
      }
    case .list: "a list"
    case .section: "a section"
    }
  }
}

/// A user's text as messages show it: one line, at most 60 characters.
func shortened(_ text: String) -> String {
  let line = String(
    String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
  return line.count > 60 ? line.prefix(57) + "…" : line
}
