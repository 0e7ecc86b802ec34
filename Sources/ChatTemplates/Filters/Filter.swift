/// A Jinja filter: `value | name(arguments)`.
struct Filter: Sendable {
  let name: String
  let apply: @Sendable (_ value: Value, _ arguments: Arguments, _ renderer: Renderer) throws -> Value

  /// The filters by their names, including aliases.
  static let named: [String: Filter] = {
    let filters = texts + lists + selections + orderings + numbers + values
    var named = Dictionary(filters.map { ($0.name, $0) }) { first, _ in first }
    for (alias, name) in [("d", "default"), ("count", "length"), ("e", "escape")] { named[alias] = named[name] }
    return named
  }()
}

extension Value {
  /// The elements that a filter iterates over.
  ///
  /// - Throws: `TemplateError` if the value has no elements or too many.
  func elements(for filter: String) throws -> [Value] {
    if let text, text.utf8.count > Budget.longestWalk {
      throw TemplateError.limit(
        "the filter '\(filter)' iterates over a string of more than \(Budget.longestWalk) bytes")
    }
    guard let elements else {
      throw TemplateError("the filter '\(filter)' expects a list, a mapping or a string, found \(kindName)")
    }
    return elements
  }
}
