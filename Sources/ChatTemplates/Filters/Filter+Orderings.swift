extension Filter {
  /// Filters that compare elements.
  static let orderings: [Filter] = [
    Filter(name: "sort") { value, arguments, _ in
      let given = try arguments.bound("sort", "reverse", "case_sensitive", "attribute")
      let keys = try keyed(value.elements(for: "sort"), isCaseSensitive: given[1]?.isTrue ?? false, attribute: given[2])
      return .list(try ordered(keys, descending: given[0]?.isTrue ?? false))
    },
    Filter(name: "dictsort") { value, arguments, _ in
      let given = try arguments.bound("dictsort", "case_sensitive", "by", "reverse")
      guard case .dictionary(let dictionary) = value else {
        throw TemplateError("the filter 'dictsort' expects a mapping, found \(value.kindName)")
      }
      let by = try given[1].text("dictsort") ?? "key"
      guard by == "key" || by == "value" else { throw TemplateError("the filter 'dictsort' sorts by 'key' or 'value'") }
      let keys = try keyed(
        dictionary.members.map { .tuple([$0.key, $0.value]) }, isCaseSensitive: given[0]?.isTrue ?? false,
        attribute: .integer(by == "key" ? 0 : 1))
      return .list(try ordered(keys, descending: given[2]?.isTrue ?? false))
    },
    Filter(name: "min") { value, arguments, _ in try extreme("min", value, arguments) { try $0.isLess(than: $1) } },
    Filter(name: "max") { value, arguments, _ in try extreme("max", value, arguments) { try $1.isLess(than: $0) } },
  ]

  private typealias Keyed = (key: Value, element: Value)

  private static func keyed(_ elements: [Value], isCaseSensitive: Bool, attribute: Value?) throws -> [Keyed] {
    try elements.map { element in
      let found = try attribute.flatMap { $0.isNone ? nil : try element.value(at: $0) } ?? element
      return (isCaseSensitive ? found : found.inLowerCase, element)
    }
  }

  /// The elements by their keys; equal ones stay in their order.
  private static func ordered(_ keyed: [Keyed], descending: Bool) throws -> [Value] {
    try keyed.sorted { try descending ? $1.key.isLess(than: $0.key) : $0.key.isLess(than: $1.key) }.map(\.element)
  }

  private static func extreme(
    _ filter: String, _ value: Value, _ arguments: Arguments, _ precedes: (Value, Value) throws -> Bool
  ) throws -> Value {
    let given = try arguments.bound(filter, "case_sensitive", "attribute")
    let keys = try keyed(value.elements(for: filter), isCaseSensitive: given[0]?.isTrue ?? false, attribute: given[1])
    guard var best = keys.first else { return .undefined("the \(filter) of an empty list") }
    for candidate in keys.dropFirst() where try precedes(candidate.key, best.key) { best = candidate }
    return best.element
  }
}
