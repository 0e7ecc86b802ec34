extension Filter {
  /// Filters that return strings.
  static let texts: [Filter] = [
    Filter(name: "trim") { value, arguments, renderer in
      let characters = try arguments.bound("trim", "chars")[0].text("trim")
      return try text(of: value, renderer) { $0.stripped(characters) }
    },
    Filter(name: "upper") { value, _, renderer in try text(of: value, renderer) { $0.uppercased() } },
    Filter(name: "lower") { value, _, renderer in try text(of: value, renderer) { $0.lowercased() } },
    Filter(name: "capitalize") { value, _, renderer in try text(of: value, renderer) { $0.capitalizedFirst } },
    Filter(name: "title") { value, _, renderer in try text(of: value, renderer, titled) },
    Filter(name: "string") { value, _, renderer in try text(of: value, renderer) { $0 } },
    Filter(name: "safe") { value, _, renderer in .markup(try value.written(renderer.budget)) },
    Filter(name: "escape") { value, _, renderer in
      if case .markup = value { return value }
      return .markup(try value.written(renderer.budget).escapedForHTML)
    },
    Filter(name: "replace") { value, arguments, renderer in
      let given = try arguments.bound("replace", "old", "new", "count")
      guard let old = given[0], let new = given[1] else {
        throw TemplateError("the filter 'replace' expects two strings")
      }
      let texts = try [value, old, new].map { try $0.written(renderer.budget) }
      let (text, part, other) = (texts[0], texts[1], texts[2])
      try renderer.budget.spend(bytes: text.sizeReplacing(part, other))
      let most = try given[2].integer("replace") ?? -1
      return .string(text.replaced(part, other, limit: most < 0 ? .max : most))
    },
    Filter(name: "indent") { value, arguments, renderer in
      let given = try arguments.bound("indent", "width", "first", "blank")
      let width: String
      if let text = given[0]?.text {
        width = text
      } else {
        let count = try given[0].integer("indent") ?? 4
        if count > 1_000 { throw TemplateError("the filter 'indent' expects a width of at most 1000") }
        width = String(repeating: " ", count: max(0, count))
      }
      return .string(
        try indented(
          value.written(renderer.budget), by: width, first: given[1]?.isTrue ?? false,
          blank: given[2]?.isTrue ?? false, renderer.budget))
    },
    Filter(name: "tojson") { value, arguments, renderer in .string(try json(value, arguments, renderer.budget)) },
    Filter(name: "format") { value, arguments, renderer in
      if !arguments.named.isEmpty { throw TemplateError("the filter 'format' with names is not supported") }
      let format = try value.written(renderer.budget)
      return .string(try format.formatted(percent: .tuple(arguments.positional), renderer.budget))
    },
  ]

  /// A string made from a value's text, marked as safe if the value is.
  private static func text(of value: Value, _ renderer: Renderer, _ change: (String) -> String) throws -> Value {
    let text = change(try value.written(renderer.budget))
    if case .markup = value { return .markup(text) }
    return .string(text)
  }

  /// Jinja's own rule, which differs from Python's `title`: words begin after white space, hyphens and opening brackets.
  private static func titled(_ text: String) -> String {
    var result = ""
    var isStart = true
    for scalar in text.unicodeScalars {
      result += isStart ? scalar.properties.uppercaseMapping : scalar.properties.lowercaseMapping
      isStart = scalar.isPythonSpace || "-({[<".unicodeScalars.contains(scalar)
    }
    return result
  }

  private static func indented(
    _ text: String, by width: String, first: Bool, blank: Bool, _ budget: Budget
  ) throws -> String {
    // As in Jinja, the text gets a line break at its end before it is split.
    let lines = (text + "\n").lines
    let (size, overflow) = lines.count.multipliedReportingOverflow(by: width.utf8.count)
    try budget.spend(bytes: overflow ? .max : size)
    let rest = lines.dropFirst().map { $0.isEmpty && !blank ? $0 : width + $0 }
    return (first ? width : "") + ([lines.first ?? ""] + rest).joined(separator: "\n")
  }

  private static func json(_ value: Value, _ arguments: Arguments, _ budget: Budget) throws -> String {
    let given = try arguments.bound("tojson", "ensure_ascii", "indent", "separators", "sort_keys")
    var json = JSONText(budget: budget, separators: (", ", ": "))
    json.escapesNonASCII = given[0]?.isTrue ?? false
    if let text = given[1]?.text {
      json.indent = text
    } else if let width = try given[1].integer("tojson") {
      if width > 100 { throw TemplateError("the filter 'tojson' expects an indent of at most 100") }
      json.indent = String(repeating: " ", count: max(0, width))
    }
    if json.indent != nil { json.separators.item = "," }
    if let separators = given[2], !separators.isNone {
      guard let parts = separators.elements, parts.count == 2, let item = parts[0].text, let key = parts[1].text else {
        throw TemplateError("the filter 'tojson' expects two strings as separators")
      }
      json.separators = (item, key)
    }
    json.sortsKeys = given[3]?.isTrue ?? false
    return try json.text(of: value)
  }
}
