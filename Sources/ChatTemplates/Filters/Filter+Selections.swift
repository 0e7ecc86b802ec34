import Diagnostics

extension Filter {
  /// Filters that apply another filter or a test to each element.
  static let selections: [Filter] = [
    Filter(name: "map") { value, arguments, renderer in .list(try mapped(value, arguments, renderer)) },
    Filter(name: "select") { try .list(selected("select", $0, $1, $2, byAttribute: false, keeps: true)) },
    Filter(name: "reject") { try .list(selected("reject", $0, $1, $2, byAttribute: false, keeps: false)) },
    Filter(name: "selectattr") { try .list(selected("selectattr", $0, $1, $2, byAttribute: true, keeps: true)) },
    Filter(name: "rejectattr") { try .list(selected("rejectattr", $0, $1, $2, byAttribute: true, keeps: false)) },
  ]

  private static func mapped(_ value: Value, _ arguments: Arguments, _ renderer: Renderer) throws -> [Value] {
    let elements = try value.elements(for: "map")
    if arguments.positional.isEmpty {
      guard let path = arguments.named.first(where: { $0.name == "attribute" })?.value else {
        throw TemplateError("the filter 'map' expects a filter's name, or attribute=…")
      }
      let fallback = arguments.named.first { $0.name == "default" }?.value
      return try elements.map { element in
        let found = try element.value(at: path, renderer.budget)
        return found.isUndefined ? fallback ?? found : found
      }
    }
    var rest = arguments
    let name = rest.positional.removeFirst().text ?? ""
    guard let filter = Filter.named[name] else {
      throw TemplateError(
        "the filter '\(name.prefix(40))' is not supported."
          + suggestion(for: String(name.prefix(40)), in: Filter.named.keys.sorted()))
    }
    try renderer.budget.enter()
    defer { renderer.budget.leave() }
    return try elements.map { try renderer.apply(filter, to: $0, rest) }
  }

  private static func selected(
    _ filter: String, _ value: Value, _ arguments: Arguments, _ renderer: Renderer, byAttribute: Bool, keeps: Bool
  ) throws -> [Value] {
    var rest = arguments
    var path: Value?
    if byAttribute {
      guard !rest.positional.isEmpty else { throw TemplateError("the filter '\(filter)' expects an attribute") }
      path = rest.positional.removeFirst()
    }
    var test: Test?
    if !rest.positional.isEmpty {
      let name = rest.positional.removeFirst().text ?? ""
      guard let found = Test.named[name] else {
        throw TemplateError(
          "the test '\(name.prefix(40))' is not supported."
            + suggestion(for: String(name.prefix(40)), in: Test.named.keys.sorted()))
      }
      test = found
    }
    return try value.elements(for: filter).filter { element in
      try renderer.budget.spend()
      let found = try path.map { try element.value(at: $0, renderer.budget) } ?? element
      return try (test.map { try $0.holds(found, rest, renderer.budget) } ?? found.isTrue) == keeps
    }
  }
}
