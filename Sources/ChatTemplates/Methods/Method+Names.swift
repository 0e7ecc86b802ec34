extension Method {
  private static let ofStrings: Set<String> = [
    "strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "startswith", "endswith", "upper", "lower", "title",
    "capitalize", "casefold", "swapcase", "replace", "find", "rfind", "index", "count", "join", "format",
    "removeprefix",
    "removesuffix", "isdigit", "isdecimal", "isnumeric", "isalpha", "isalnum", "isspace", "isupper", "islower", "zfill",
    "ljust", "rjust", "center", "partition", "rpartition",
  ]
  private static let ofDictionaries: Set<String> = ["get", "items", "keys", "values", "copy"]
  private static let ofLists: Set<String> = ["index", "count", "copy"]

  /// The names of a value's methods.
  static func names(of value: Value) -> Set<String> {
    switch value {
    case .string, .markup: ofStrings
    case .dictionary: ofDictionaries
    case .list, .tuple: ofLists
    default: []
    }
  }

  /// The names of the methods that would change a value. Jinja's sandbox forbids them as well.
  static func changing(_ value: Value) -> Set<String> {
    switch value {
    case .dictionary: ["clear", "pop", "popitem", "setdefault", "update"]
    case .list: ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"]
    default: []
    }
  }

  /// Calls the method.
  func call(_ arguments: Arguments, _ budget: Budget) throws -> Value {
    switch object {
    case .string(let text), .markup(let text):
      try budget.spend(on: text)
      return try StringMethod(text: text, name: name).call(arguments, budget)
    case .dictionary(let dictionary): return try call(on: dictionary, arguments, budget)
    case .list(let elements), .tuple(let elements): return try call(on: elements, arguments, budget)
    case .loop(let loop):
      guard !arguments.positional.isEmpty else { throw TemplateError("'loop.cycle' expects values") }
      return arguments.positional[loop.index % arguments.positional.count]
    default: throw TemplateError("\(object.kindName) has no method '\(name)'")
    }
  }

  private func call(on dictionary: ValueDictionary, _ arguments: Arguments, _ budget: Budget) throws -> Value {
    switch name {
    case "get":
      let given = try arguments.bound("get", "key", "default")
      guard let key = given[0] else { throw TemplateError("'get' expects a key") }
      return try dictionary.value(of: key, budget) ?? given[1] ?? .none
    case "items":
      try budget.spend(units: dictionary.members.count * 4)
      _ = try arguments.bound("items")
      return .list(dictionary.members.map { .tuple([$0.key, $0.value]) })
    case "keys":
      _ = try arguments.bound("keys")
      return .list(dictionary.members.map(\.key))
    case "values":
      _ = try arguments.bound("values")
      return .list(dictionary.members.map(\.value))
    default: return .dictionary(dictionary)
    }
  }

  private func call(on elements: [Value], _ arguments: Arguments, _ budget: Budget) throws -> Value {
    if name == "copy" { return object }
    guard let value = try arguments.bound(name, "value")[0] else { throw TemplateError("'\(name)' expects a value") }
    if name == "count" { return .integer(try elements.count { try $0.equals(value, budget) }) }
    guard let position = try elements.firstIndex(where: { try $0.equals(value, budget) }) else {
      throw TemplateError("'index': the value is not in the list")
    }
    return .integer(position)
  }
}
