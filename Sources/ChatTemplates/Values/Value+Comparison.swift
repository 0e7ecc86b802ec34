extension Value {
  /// Python's `==`.
  func equals(_ other: Value, _ budget: Budget) throws -> Bool {
    try budget.spend()
    switch (self, other) {
    case (.undefined, .undefined), (.none, .none): return true
    case (.list(let first), .list(let second)), (.tuple(let first), .tuple(let second)):
      return try first.count == second.count && zip(first, second).allSatisfy { try $0.equals($1, budget) }
    case (.dictionary(let first), .dictionary(let second)):
      guard first.members.count == second.members.count else { return false }
      return try first.members.allSatisfy { member in
        try second.value(of: member.key, budget).map { try $0.equals(member.value, budget) } ?? false
      }
    case (.namespace(let first), .namespace(let second)): return first === second
    default:
      if let first = text, let second = other.text {
        guard first.utf8.count == second.utf8.count else { return false }
        try budget.spend(on: first)
        return sameText(first, second)
      }
      guard let first = number, let second = other.number else { return false }
      if case .integer(let first) = first, case .integer(let second) = second { return first == second }
      return first.double == second.double
    }
  }

  /// Python's `<`.
  ///
  /// - Throws: `TemplateError` for values that cannot be ordered.
  func isLess(than other: Value, _ budget: Budget) throws -> Bool {
    try budget.spend()
    if let first = text, let second = other.text {
      try budget.spend(bytes: min(first.utf8.count, second.utf8.count))
      return first.unicodeScalars.lexicographicallyPrecedes(second.unicodeScalars)
    }
    if let first = number, let second = other.number {
      if case .integer(let first) = first, case .integer(let second) = second { return first < second }
      return first.double < second.double
    }
    switch (self, other) {
    case (.list(let first), .list(let second)), (.tuple(let first), .tuple(let second)):
      for (one, another) in zip(first, second) where try !one.equals(another, budget) {
        return try one.isLess(than: another, budget)
      }
      return first.count < second.count
    default: throw TemplateError("cannot order \(kindName) and \(other.kindName)")
    }
  }

  /// Whether a comparison is true.
  func holds(_ relation: Relation, _ other: Value, _ budget: Budget) throws -> Bool {
    switch relation {
    case .equal: try equals(other, budget)
    case .unequal: try !equals(other, budget)
    case .less: try isLess(than: other, budget)
    case .greater: try other.isLess(than: self, budget)
    // Not the negation of the opposite order: NaN is neither less nor equal nor greater than anything.
    case .lessOrEqual: try isLess(than: other, budget) || equals(other, budget)
    case .greaterOrEqual: try other.isLess(than: self, budget) || equals(other, budget)
    case .contained: try other.contains(self, budget)
    case .notContained: try !other.contains(self, budget)
    }
  }

  /// Python's `in`.
  func contains(_ element: Value, _ budget: Budget) throws -> Bool {
    switch self {
    case .string(let text), .markup(let text):
      guard let part = element.text else {
        throw TemplateError("'in' a string expects a string, found \(element.kindName)")
      }
      try budget.spend(on: text)
      return text.find(part) != nil
    case .dictionary(let dictionary): return try dictionary.value(of: element, budget) != nil
    case .undefined: return false
    case .list(let elements), .tuple(let elements): return try elements.contains { try $0.equals(element, budget) }
    default: throw TemplateError("'in' expects a string, a list or a mapping, found \(kindName)")
    }
  }
}
