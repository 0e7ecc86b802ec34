// Names, literals and brackets, and what can follow them.
extension Parser {
  mutating func primary() throws -> Expression {
    let line = token.line
    switch token.kind {
    case .name(let name):
      advance()
      switch name {
      case "true", "True": return try part(.boolean(true), line)
      case "false", "False": return try part(.boolean(false), line)
      case "none", "None": return try part(.none, line)
      default: return try part(.name(name), line)
      }
    case .string(var text):
      advance()
      while case .string(let more) = token.kind {
        text += more
        advance()
      }
      return try part(.string(text), line)
    case .integer(let value):
      advance()
      return try part(.integer(value), line)
    case .float(let value):
      advance()
      return try part(.float(value), line)
    case .symbol("("): return try parenthesized()
    case .symbol("["):
      advance()
      return try part(.list(try elements(until: "]")), line)
    case .symbol("{"): return try dictionary()
    default: throw unexpected("an expression")
    }
  }

  /// `(expression)`, or a tuple.
  private mutating func parenthesized() throws -> Expression {
    let line = token.line
    advance()
    var elements: [Expression] = []
    var isTuple = isSymbol(")")
    while !isSymbol(")") {
      elements.append(try expression())
      if !take(symbol: ",") { break }
      isTuple = true
    }
    try expect(symbol: ")")
    if !isTuple, let only = elements.first { return only }
    return try part(.tuple(elements), line)
  }

  private mutating func elements(until end: String) throws -> [Expression] {
    var elements: [Expression] = []
    while !isSymbol(end) {
      if !elements.isEmpty { try expect(symbol: ",") }
      if isSymbol(end) { break }
      elements.append(try expression())
    }
    try expect(symbol: end)
    return elements
  }

  private mutating func dictionary() throws -> Expression {
    let line = token.line
    advance()
    var members: [(key: Expression, value: Expression)] = []
    while !isSymbol("}") {
      if !members.isEmpty { try expect(symbol: ",") }
      if isSymbol("}") { break }
      let key = try expression()
      try expect(symbol: ":")
      members.append((key, try expression()))
    }
    try expect(symbol: "}")
    return try part(.dictionary(members), line)
  }

  /// `.name`, `[key]`, `[start:end:step]` and `(arguments)` after a primary.
  mutating func postfix(_ operand: Expression) throws -> Expression {
    var value = operand
    while true {
      let line = token.line
      if take(symbol: ".") {
        if case .integer(let index) = token.kind {
          advance()
          value = try part(.item(value, Expression(kind: .integer(index), line: line)), line)
        } else {
          value = try part(.attribute(value, try expectName()), line)
        }
      } else if take(symbol: "[") {
        value = try part(try subscripted(value), line)
      } else if isSymbol("(") {
        value = try part(.call(value, try arguments()), line)
      } else {
        return value
      }
    }
  }

  private mutating func subscripted(_ value: Expression) throws -> Expression.Kind {
    let start = isSymbol(":") ? nil : try expression()
    guard take(symbol: ":") else {
      guard let start else { throw unexpected("an expression") }
      if isSymbol(",") { throw TemplateError(line: token.line, "an item with several keys is not supported") }
      try expect(symbol: "]")
      return .item(value, start)
    }
    let end = isSymbol(":") || isSymbol("]") ? nil : try expression()
    let step = take(symbol: ":") && !isSymbol("]") ? try expression() : nil
    try expect(symbol: "]")
    return .slice(value, start: start, end: end, step: step)
  }

  /// `(value, name=value)`.
  mutating func arguments() throws -> CallArguments {
    try expect(symbol: "(")
    var arguments = CallArguments()
    while !isSymbol(")") {
      if isSymbol("*") || isSymbol("**") {
        throw TemplateError(
          line: token.line, "arguments from a list or mapping (\(token.description)) are not supported")
      }
      if case .name(let name) = token.kind, next.kind == .symbol("=") {
        advance()
        advance()
        arguments.named.append((name, try expression()))
      } else {
        if !arguments.named.isEmpty {
          throw TemplateError(line: token.line, "an argument without a name follows one with a name")
        }
        arguments.positional.append(try expression())
      }
      if !take(symbol: ",") { break }
    }
    try expect(symbol: ")")
    return arguments
  }
}
