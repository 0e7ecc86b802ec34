// Evaluating expressions.
extension Renderer {
  /// The value of an expression.
  ///
  /// - Throws: `TemplateError` with the line of the innermost expression that fails.
  func evaluate(_ expression: Expression, in scope: Scope) throws -> Value {
    try budget.enter()
    defer { budget.leave() }
    do {
      return try value(of: expression, in: scope)
    } catch let error as TemplateError {
      throw error.at(expression.line)
    }
  }

  private func value(of expression: Expression, in scope: Scope) throws -> Value {
    switch expression.kind {
    case .none: return .none
    case .boolean(let value): return .boolean(value)
    case .integer(let value): return .integer(value)
    case .float(let value): return .float(value)
    case .string(let text): return .string(text)
    case .name(let name): return scope[name] ?? .undefined("'\(name)', which is undefined")
    case .list, .tuple, .dictionary: return try collection(expression, scope)
    case .attribute(let object, let name): return try evaluate(object, in: scope).attribute(name)
    case .item(let object, let key): return try evaluate(object, in: scope).item(evaluate(key, in: scope), budget)
    case .slice(let object, let start, let end, let step):
      return try evaluate(object, in: scope).slice(
        bound(start, scope), bound(end, scope), step: bound(step, scope), budget)
    case .call(let callee, let arguments):
      return try call(evaluate(callee, in: scope), evaluate(arguments, in: scope))
    case .filter(let value, let filter, let arguments):
      return try apply(filter, to: evaluate(value, in: scope), evaluate(arguments, in: scope))
    case .test(let value, let test, let arguments):
      return .boolean(try test.holds(evaluate(value, in: scope), evaluate(arguments, in: scope), budget))
    case .not, .and, .or, .conditional, .comparison: return try logic(expression, scope)
    case .negative(let operand): return try evaluate(operand, in: scope).negated()
    case .positive(let operand):
      guard let number = try evaluate(operand, in: scope).number else { throw TemplateError("'+' expects a number") }
      return number.value
    case .arithmetic(let operation, let first, let second):
      return try paid(evaluate(first, in: scope).computed(operation, evaluate(second, in: scope), budget))
    case .concatenation(let operands):
      let texts = try operands.map { operand in
        let text = try evaluate(operand, in: scope).written(budget)
        try budget.spend(on: text)
        return text
      }
      return .string(texts.joined())
    }
  }

  private func logic(_ expression: Expression, _ scope: Scope) throws -> Value {
    switch expression.kind {
    case .not(let operand): return .boolean(!(try evaluate(operand, in: scope).isTrue))
    case .and(let first, let second):
      let value = try evaluate(first, in: scope)
      return value.isTrue ? try evaluate(second, in: scope) : value
    case .or(let first, let second):
      let value = try evaluate(first, in: scope)
      return value.isTrue ? value : try evaluate(second, in: scope)
    case .conditional(let condition, let value, let other):
      if try evaluate(condition, in: scope).isTrue { return try evaluate(value, in: scope) }
      guard let other else { return .undefined("the value of an 'if' without 'else' whose condition is false") }
      return try evaluate(other, in: scope)
    case .comparison(let first, let operands):
      var left = try evaluate(first, in: scope)
      for (relation, operand) in operands {
        let right = try evaluate(operand, in: scope)
        if try !left.holds(relation, right, budget) { return .boolean(false) }
        left = right
      }
      return .boolean(true)
    default: return .none
    }
  }

  private func collection(_ expression: Expression, _ scope: Scope) throws -> Value {
    let value: Value
    switch expression.kind {
    case .list(let elements): value = .list(try elements.map { try evaluate($0, in: scope) })
    case .tuple(let elements): value = .tuple(try elements.map { try evaluate($0, in: scope) })
    case .dictionary(let members):
      var dictionary = ValueDictionary()
      for (key, value) in members {
        dictionary.set(try checked(evaluate(key, in: scope)), try evaluate(value, in: scope))
      }
      value = .dictionary(dictionary)
    default: value = .none
    }
    try checkNesting(of: value, 0)
    return value
  }

  /// Refuses values that cannot be keys of Python's mappings.
  private func checked(_ key: Value) throws -> Value {
    switch key {
    case .string, .markup, .integer, .float, .boolean, .none: return key
    default: throw TemplateError("a key must be a string or a number, found \(key.kindName)")
    }
  }

  /// Refuses values that are nested so deeply that they would exhaust the stack, and values that cannot be stored.
  func checkNesting(of value: Value, _ depth: Int) throws {
    if depth > 200 { throw TemplateError.limit("lists or mappings are nested too deeply") }
    switch value {
    case .list(let elements), .tuple(let elements):
      try budget.spend(bytes: elements.count * 8)
      for element in elements { try checkNesting(of: element, depth + 1) }
    case .dictionary(let dictionary):
      try budget.spend(bytes: dictionary.members.count * 8)
      for member in dictionary.members { try checkNesting(of: member.value, depth + 1) }
    case .loop, .method: throw TemplateError("\(value.kindName) cannot be stored in a list or mapping")
    default: break
    }
  }

  private func bound(_ expression: Expression?, _ scope: Scope) throws -> Int? {
    guard let expression else { return nil }
    let value = try evaluate(expression, in: scope)
    if value.isNone { return nil }
    guard let bound = value.integer else {
      throw TemplateError("a slice expects whole numbers, found \(value.kindName)")
    }
    return bound
  }

  /// The values of a call's arguments.
  func evaluate(_ arguments: CallArguments, in scope: Scope) throws -> Arguments {
    Arguments(
      positional: try arguments.positional.map { try evaluate($0, in: scope) },
      named: try arguments.named.map { ($0.name, try evaluate($0.value, in: scope)) })
  }

  /// Pays for the size of a value and returns it.
  func paid(_ value: Value) throws -> Value {
    switch value {
    case .string(let text), .markup(let text): try budget.spend(on: text)
    case .list(let elements), .tuple(let elements): try budget.spend(bytes: elements.count * 16)
    default: break
    }
    return value
  }
}
