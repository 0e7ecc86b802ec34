extension Filter {
  /// Filters that look at lists, mappings and texts as collections.
  static let lists: [Filter] = [
    Filter(name: "length") { value, _, _ in
      guard let count = value.count else {
        throw TemplateError("the filter 'length' means nothing on \(value.kindName)")
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
    Filter(name: "join") { value, arguments, _ in
      let given = try arguments.bound("join", "d", "attribute")
      var elements = try value.elements(for: "join")
      if let path = given[1] { elements = try elements.map { try $0.value(at: path) } }
      return .string(try elements.map { try $0.written() }.joined(separator: try given[0]?.written() ?? ""))
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
      var seen = ValueDictionary()
      return .list(
        try value.elements(for: "unique").filter { element in
          let found = try given[1].map { try element.value(at: $0) } ?? element
          let key = given[0]?.isTrue ?? false ? found : found.inLowerCase
          try renderer.budget.spend(bytes: key.text == nil ? seen.members.count : 8)
          if seen[key] != nil { return false }
          seen.set(key, .none)
          return true
        })
    },
  ]
}

extension Value {
  /// The text in lower case, any other value as it is: how filters compare without regard to case.
  var inLowerCase: Value { text.map { .string($0.lowercased()) } ?? self }

  /// What a path of names and places (`function.name`, `0`) leads to.
  func value(at path: Value) throws -> Value {
    guard let text = path.text else { return try item(path) }
    return try text.split(around: ".").reduce(self) { value, name in
      // As in Jinja, items go before attributes here.
      try value.item(Int(name).map { .integer($0) } ?? .string(name))
    }
  }
}
