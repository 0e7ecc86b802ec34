/// A Jinja test: `value is name(arguments)`.
struct Test: Sendable {
  let name: String
  let holds: @Sendable (_ value: Value, _ arguments: Arguments, _ budget: Budget) throws -> Bool

  /// The tests by their names, including aliases.
  static let named: [String: Test] = {
    var named = Dictionary((kinds + texts + comparisons).map { ($0.name, $0) }) { first, _ in first }
    let aliases = [
      ("equalto", "eq"), ("==", "eq"), ("!=", "ne"), ("lessthan", "lt"), ("<", "lt"), ("<=", "le"),
      ("greaterthan", "gt"), (">", "gt"), (">=", "ge"),
    ]
    for (alias, name) in aliases { named[alias] = named[name] }
    return named
  }()

  /// Tests for kinds of values.
  private static let kinds: [Test] = [
    Test(name: "defined") { value, _, _ in !value.isUndefined },
    Test(name: "undefined") { value, _, _ in value.isUndefined },
    Test(name: "none") { value, _, _ in value.isNone },
    Test(name: "boolean") { value, _, _ in if case .boolean = value { true } else { false } },
    Test(name: "true") { value, _, _ in if case .boolean(true) = value { true } else { false } },
    Test(name: "false") { value, _, _ in if case .boolean(false) = value { true } else { false } },
    Test(name: "integer") { value, _, _ in if case .integer = value { true } else { false } },
    Test(name: "float") { value, _, _ in if case .float = value { true } else { false } },
    Test(name: "number") { value, _, _ in value.number != nil },
    Test(name: "string") { value, _, _ in value.text != nil },
    Test(name: "mapping") { value, _, _ in if case .dictionary = value { true } else { false } },
    Test(name: "iterable") { value, _, _ in value.elements != nil },
    // As in Jinja, everything with a length and items, which includes mappings and undefined values.
    Test(name: "sequence") { value, _, _ in value.elements != nil },
    Test(name: "callable") { value, _, _ in
      switch value {
      case .macro, .function, .method: true
      default: false
      }
    },
  ]

  private static let texts: [Test] = [
    Test(name: "lower") { value, _, budget in try isTrue("islower", of: value, budget) },
    Test(name: "upper") { value, _, budget in try isTrue("isupper", of: value, budget) },
    Test(name: "filter") { value, _, _ in value.text.map { Filter.named[$0] != nil } ?? false },
    Test(name: "test") { value, _, _ in value.text.map { Test.named[$0] != nil } ?? false },
  ]

  /// Whether a string method without arguments is true for a value's text.
  private static func isTrue(_ method: String, of value: Value, _ budget: Budget) throws -> Bool {
    try Method(object: .string(value.written(budget)), name: method).call(Arguments(), budget).isTrue
  }

  private static let comparisons: [Test] =
    [
      comparing("eq", .equal), comparing("ne", .unequal), comparing("lt", .less), comparing("le", .lessOrEqual),
      comparing("gt", .greater), comparing("ge", .greaterOrEqual), comparing("in", .contained),
    ] + [
      Test(name: "sameas") { value, arguments, budget in
        let other = try operand("sameas", arguments)
        switch (value, other) {
        case (.none, .none), (.undefined, .undefined): return true
        case (.boolean(let first), .boolean(let second)): return first == second
        case (.integer(let first), .integer(let second)): return first == second
        case (.namespace(let first), .namespace(let second)): return first === second
        default:
          guard let first = value.text, let second = other.text else { return false }
          try budget.spend(bytes: min(first.utf8.count, second.utf8.count))
          return sameText(first, second)
        }
      },
      Test(name: "odd") { value, _, _ in try remainder("odd", value, 2) != 0 },
      Test(name: "even") { value, _, _ in try remainder("even", value, 2) == 0 },
      Test(name: "divisibleby") { value, arguments, _ in
        guard let divisor = try operand("divisibleby", arguments).integer else {
          throw TemplateError("the test 'divisibleby' expects a whole number")
        }
        return try remainder("divisibleby", value, divisor) == 0
      },
    ]

  private static func comparing(_ name: String, _ relation: Relation) -> Test {
    Test(name: name) { value, arguments, budget in try value.holds(relation, operand(name, arguments), budget) }
  }

  private static func operand(_ name: String, _ arguments: Arguments) throws -> Value {
    guard let other = try arguments.bound(name, "other")[0] else {
      throw TemplateError("the test '\(name)' expects a value to compare with")
    }
    return other
  }

  private static func remainder(_ name: String, _ value: Value, _ divisor: Int) throws -> Int {
    guard let number = value.integer else {
      throw TemplateError("the test '\(name)' expects a whole number, found \(value.kindName)")
    }
    if divisor == 0 { throw TemplateError("division by zero") }
    return number.remainderReportingOverflow(dividingBy: divisor).partialValue
  }
}
