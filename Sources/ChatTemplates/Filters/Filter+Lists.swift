extension Filter {
  /// Filters that treat lists, mappings and strings as collections.
  static let lists: [Filter] = [
    Filter(name: "length") { value, _, _ in
      guard let count = value.count else {
        throw TemplateError("the filter 'length' expects a list, a mapping or a string, found \(value.kindName)")
      }
      return .integer(count)
    },
    Filter(name: "first") { value, _, _ in
      try value.elements(for: "first").first ?? .undefined("the first element of an empty list")
    },
    Filter(name: "last") { value, _, _ in
      try value.elements(for: "last").last ?? .undefined("the last element of an empty list")
    },
    Filter(name: "list") { value, _, _ in .list(try value.elements(for: "list")) },
    Filter(name: "join") { value, arguments, renderer in
      let given = try arguments.bound("join", "d", "attribute")
      var elements = try value.elements(for: "join")
      if let path = given[1] { elements = try elements.map { try $0.value(at: path, renderer.budget) } }
      let separator = try given[0]?.written(renderer.budget) ?? ""
      return .string(
        try elements.map { element in
          let text = try element.written(renderer.budget)
          try renderer.budget.spend(bytes: text.utf8.count + separator.utf8.count)
          return text
        }.joined(separator: separator))
    },
    Filter(name: "reverse") { value, _, _ in
      if let text = value.text {
        var reversed = String.UnicodeScalarView()
        reversed.append(contentsOf: text.unicodeScalars.reversed())
        return .string(String(reversed))
      }
      return .list(try value.elements(for: "reverse").reversed())
    },
    Filter(name: "items") { value, _, _ in
      switch value {
      case .undefined: return .list([])
      case .dictionary(let dictionary): return .list(dictionary.members.map { .tuple([$0.key, $0.value]) })
      default: throw TemplateError("the filter 'items' expects a mapping, found \(value.kindName)")
      }
    },
    Filter(name: "unique") { value, arguments, renderer in
      let given = try arguments.bound("unique", "case_sensitive", "attribute")
      var seen: Set<ValueKey> = []
      // Values that cannot be keys (lists, mappings) are compared one by one.
      var others: [Value] = []
      return .list(
        try value.elements(for: "unique").filter { element in
          let found = try given[1].map { try element.value(at: $0, renderer.budget) } ?? element
          let value = try given[0]?.isTrue ?? false ? found : found.inLowerCase(renderer.budget)
          if let key = ValueKey(value) { return seen.insert(key).inserted }
          if try others.contains(where: { try $0.equals(value, renderer.budget) }) { return false }
          others.append(value)
          return true
        })
    },
  ]
}

extension Value {
  /// A string in lower case, any other value unchanged, for comparisons that ignore case.
  func inLowerCase(_ budget: Budget) throws -> Value {
    try budget.spend(on: text)
    return text.map { .string($0.lowercased()) } ?? self
  }

  /// The value at a path of names and indices (`function.name`, `0`).
  func value(at path: Value, _ budget: Budget) throws -> Value {
    guard let text = path.text else { return try item(path, budget) }
    try budget.spend(units: 1 + text.utf8.count)
    return try text.split(around: ".").reduce(self) { value, name in
      // As in Jinja, items take precedence over attributes here.
      try value.item(Int(name).map { .integer($0) } ?? .string(name), budget)
    }
  }
}
