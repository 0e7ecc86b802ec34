import Foundation

extension Value {
  /// Python's arithmetic, including that on strings and lists.
  ///
  /// - Throws: `TemplateError` for values that the operation is not defined for, and for integers of more than 64 bits.
  func computed(_ operation: ArithmeticOperator, _ other: Value, _ budget: Budget) throws -> Value {
    if let first = number, let second = other.number {
      if case .integer(let first) = first, case .integer(let second) = second {
        return try Self.computed(operation, first, second)
      }
      return .float(try Self.computed(operation, first.double, second.double))
    }
    if operation == .add {
      // Pay before making the result: a few of the largest strings would be too much.
      for part in [self, other] { try budget.spend(bytes: part.text?.utf8.count ?? (part.count ?? 0) * 16) }
    }
    switch (operation, self, other) {
    case (.add, .string(let first), .string(let second)): return .string(first + second)
    case (.add, .markup(let first), .markup(let second)): return .markup(first + second)
    case (.add, .markup(let first), .string(let second)): return .markup(first + second.escapedForHTML)
    case (.add, .string(let first), .markup(let second)): return .markup(first.escapedForHTML + second)
    case (.add, .list(let first), .list(let second)): return .list(first + second)
    case (.add, .tuple(let first), .tuple(let second)): return .tuple(first + second)
    case (.multiply, _, .integer(let count)): return try repeated(count, budget)
    case (.multiply, .integer(let count), _): return try other.repeated(count, budget)
    case (.remainder, .string(let format), _): return .string(try format.formatted(percent: other, budget))
    default:
      throw TemplateError("'\(operation.rawValue)' is not defined for \(kindName) and \(other.kindName)")
    }
  }

  private func repeated(_ count: Int, _ budget: Budget) throws -> Value {
    let count = max(0, count)
    func check(_ size: Int) throws {
      let (product, overflow) = size.multipliedReportingOverflow(by: count)
      if overflow || product > Budget.largestText { throw TemplateError.limit("a string or list becomes too long") }
      try budget.spend(bytes: product)
    }
    switch self {
    case .string(let text):
      try check(text.utf8.count)
      return .string(String(repeating: text, count: count))
    case .list(let elements):
      try check(elements.count * 16)
      return .list(Array(repeatElement(elements, count: count).joined()))
    case .tuple(let elements):
      try check(elements.count * 16)
      return .tuple(Array(repeatElement(elements, count: count).joined()))
    default: throw TemplateError("'*' is not defined for \(kindName) and a whole number")
    }
  }

  private static func computed(_ operation: ArithmeticOperator, _ first: Int, _ second: Int) throws -> Value {
    let result: (partialValue: Int, overflow: Bool)
    switch operation {
    case .add: result = first.addingReportingOverflow(second)
    case .subtract: result = first.subtractingReportingOverflow(second)
    case .multiply: result = first.multipliedReportingOverflow(by: second)
    case .divide: return .float(try computed(operation, Double(first), Double(second)))
    case .floorDivide, .remainder:
      if second == 0 { throw TemplateError("division by zero") }
      result =
        operation == .remainder
        ? first.remainderReportingOverflow(dividingBy: second)
        : first.dividedReportingOverflow(by: second)
      let rest = first.remainderReportingOverflow(dividingBy: second).partialValue
      // Python rounds down, and the remainder has the divisor's sign.
      let correction = rest != 0 && (rest < 0) != (second < 0)
      if correction, !result.overflow {
        return .integer(operation == .remainder ? rest + second : result.partialValue - 1)
      }
    case .power:
      if second < 0 { return .float(try computed(operation, Double(first), Double(second))) }
      result = try power(first, second)
    }
    if result.overflow { throw TemplateError("the result does not fit into 64 bits") }
    return .integer(result.partialValue)
  }

  private static func power(_ base: Int, _ exponent: Int) throws -> (partialValue: Int, overflow: Bool) {
    if base == 0 || base == 1 { return (exponent == 0 ? 1 : base, false) }
    if base == -1 { return (exponent.isMultiple(of: 2) ? 1 : -1, false) }
    if exponent > 63 { return (0, true) }
    var result = 1
    for _ in 0..<exponent {
      let (product, overflow) = result.multipliedReportingOverflow(by: base)
      if overflow { return (0, true) }
      result = product
    }
    return (result, false)
  }

  private static func computed(_ operation: ArithmeticOperator, _ first: Double, _ second: Double) throws -> Double {
    switch operation {
    case .add: return first + second
    case .subtract: return first - second
    case .multiply: return first * second
    case .power: return pow(first, second)
    case .divide, .floorDivide, .remainder:
      if second == 0 { throw TemplateError("division by zero") }
      if operation == .divide { return first / second }
      let rest = fmod(first, second)
      let remainder = rest != 0 && (rest < 0) != (second < 0) ? rest + second : rest
      return operation == .remainder ? remainder : ((first - remainder) / second).rounded()
    }
  }

  /// The number with the opposite sign.
  func negated() throws -> Value {
    switch number {
    case .integer(let value):
      let (result, overflow) = 0.subtractingReportingOverflow(value)
      if overflow { throw TemplateError("the result does not fit into 64 bits") }
      return .integer(result)
    case .float(let value): return .float(-value)
    case nil: throw TemplateError("'-' is not defined for \(kindName)")
    }
  }
}
