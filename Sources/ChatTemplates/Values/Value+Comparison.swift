extension Value {
  /// Python's `==`.
  func equals(_ other: Value) -> Bool {
    switch (self, other) {
    case (.undefined, .undefined), (.none, .none): return true
    case (.list(let first), .list(let second)), (.tuple(let first), .tuple(let second)):
      return first.count == second.count && zip(first, second).allSatisfy { $0.equals($1) }
    case (.dictionary(let first), .dictionary(let second)):
      return first.members.count == second.members.count
        && first.members.allSatisfy { member in second[member.key].map { $0.equals(member.value) } ?? false }
    case (.namespace(let first), .namespace(let second)): return first === second
    default:
      if let first = text, let second = other.text { return sameText(first, second) }
      guard let first = number, let second = other.number else { return false }
      if case .integer(let first) = first, case .integer(let second) = second { return first == second }
      return first.double == second.double
    }
  }

  /// Python's `<`.
  ///
  /// - Throws: `TemplateError` for values that have no order.
  func isLess(than other: Value) throws -> Bool {
    if let first = text, let second = other.text {
      return first.unicodeScalars.lexicographicallyPrecedes(second.unicodeScalars)
    }
    if let first = number, let second = other.number {
      if case .integer(let first) = first, case .integer(let second) = second { return first < second }
      return first.double < second.double
    }
    switch (self, other) {
    case (.list(let first), .list(let second)), (.tuple(let first), .tuple(let second)):
      for (one, another) in zip(first, second) where !one.equals(another) { return try one.isLess(than: another) }
      return first.count < second.count
    default: throw TemplateError("\(kindName) and \(other.kindName) have no order")
    }
  }

  /// Whether a comparison holds.
  func holds(_ relation: Relation, _ other: Value) throws -> Bool {
    switch relation {
    case .equal: equals(other)
    case .unequal: !equals(other)
    case .less: try isLess(than: other)
    case .greater: try other.isLess(than: self)
    // Not the negation of the other order: nothing is less, equal or greater than what is not a number.
    case .lessOrEqual: try isLess(than: other) || equals(other)
    case .greaterOrEqual: try other.isLess(than: self) || equals(other)
    case .contained: try other.contains(self)
    case .notContained: try !other.contains(self)
    }
  }

  /// Python's `in`.
  func contains(_ element: Value) throws -> Bool {
    switch self {
    case .string(let text), .markup(let text):
      guard let part = element.text else {
        throw TemplateError("'in' a string expects a string, found \(element.kindName)")
      }
      return text.find(part) != nil
    case .dictionary(let dictionary): return dictionary[element] != nil
    case .undefined: return false
    case .list(let elements), .tuple(let elements): return elements.contains { $0.equals(element) }
    default: throw TemplateError("'in' expects a string, a list or a mapping, found \(kindName)")
    }
  }
}
