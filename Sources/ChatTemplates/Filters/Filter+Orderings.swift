extension Filter {
  /// Filters that compare elements.
  static let orderings: [Filter] = [
    Filter(name: "sort") { value, arguments, renderer in
      let given = try arguments.bound("sort", "reverse", "case_sensitive", "attribute")
      let keys = try keyed(
        value.elements(for: "sort"), isCaseSensitive: given[1]?.isTrue ?? false, attribute: given[2], renderer.budget)
      return .list(try ordered(keys, descending: given[0]?.isTrue ?? false, renderer.budget))
    },
    Filter(name: "dictsort") { value, arguments, renderer in
      let given = try arguments.bound("dictsort", "case_sensitive", "by", "reverse")
      guard case .dictionary(let dictionary) = value else {
        throw TemplateError("the filter 'dictsort' expects a mapping, found \(value.kindName)")
      }
      let by = try given[1].text("dictsort") ?? "key"
      guard by == "key" || by == "value" else { throw TemplateError("the filter 'dictsort' sorts by 'key' or 'value'") }
      let keys = try keyed(
        dictionary.members.map { .tuple([$0.key, $0.value]) }, isCaseSensitive: given[0]?.isTrue ?? false,
        attribute: .integer(by == "key" ? 0 : 1), renderer.budget)
      return .list(try ordered(keys, descending: given[2]?.isTrue ?? false, renderer.budget))
    },
    Filter(name: "min") { value, arguments, renderer in
      try extreme("min", value, arguments, renderer.budget) { try $0.isLess(than: $1, renderer.budget) }
    },
    Filter(name: "max") { value, arguments, renderer in
      try extreme("max", value, arguments, renderer.budget) { try $1.isLess(than: $0, renderer.budget) }
    },
  ]

  private typealias Keyed = (key: Value, element: Value)

  private static func keyed(
    _ elements: [Value], isCaseSensitive: Bool, attribute: Value?, _ budget: Budget
  ) throws -> [Keyed] {
    try elements.map { element in
      let found = try attribute.flatMap { $0.isNone ? nil : try element.value(at: $0, budget) } ?? element
      return (isCaseSensitive ? found : try found.inLowerCase(budget), element)
    }
  }

  /// The elements sorted by their keys. Elements with equal keys keep their order.
  private static func ordered(_ keyed: [Keyed], descending: Bool, _ budget: Budget) throws -> [Value] {
    try keyed.sorted { try descending ? $1.key.isLess(than: $0.key, budget) : $0.key.isLess(than: $1.key, budget) }
      .map(\.element)
  }

  private static func extreme(
    _ filter: String, _ value: Value, _ arguments: Arguments, _ budget: Budget,
    _ precedes: (Value, Value) throws -> Bool
  ) throws -> Value {
    let given = try arguments.bound(filter, "case_sensitive", "attribute")
    let keys = try keyed(
      value.elements(for: filter), isCaseSensitive: given[0]?.isTrue ?? false, attribute: given[1], budget)
    guard var best = keys.first else { return .undefined("the \(filter) of an empty list") }
    for candidate in keys.dropFirst() where try precedes(candidate.key, best.key) { best = candidate }
    return best.element
  }
}
