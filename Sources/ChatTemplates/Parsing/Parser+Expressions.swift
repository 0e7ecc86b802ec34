import Diagnostics

// Operators, from the lowest precedence to the highest.
extension Parser {
  /// The expression of a tag. Several separated by commas are a tuple.
  mutating func tagExpression(allowsCondition: Bool = true, allowsTuple: Bool = true) throws -> Expression {
    let around = parts
    parts = 0
    defer { parts = around }
    let first = try expression(allowsCondition: allowsCondition)
    guard allowsTuple, isSymbol(",") else { return first }
    var elements = [first]
    while take(symbol: ",") {
      if endsExpression { break }
      elements.append(try expression(allowsCondition: allowsCondition))
    }
    return Expression(kind: .tuple(elements), line: first.line)
  }

  private var endsExpression: Bool { token.kind == .outputEnd || token.kind == .tagEnd || isSymbol(")") }

  /// `value if condition else other`, or an expression of higher precedence.
  mutating func expression(allowsCondition: Bool = true) throws -> Expression {
    try nested { parser in
      var value = try parser.disjunction()
      while allowsCondition, parser.take(name: "if") {
        let condition = try parser.disjunction()
        let other = parser.take(name: "else") ? try parser.expression() : nil
        value = try parser.part(.conditional(condition: condition, value: value, other: other), value.line)
      }
      return value
    }
  }

  /// Makes a node and counts it: the depth of an expression's tree is at most the number of its nodes.
  mutating func part(_ kind: Expression.Kind, _ line: Int) throws -> Expression {
    parts += 1
    if parts > Self.maximumParts {
      throw TemplateError(line: line, "the expression has more than \(Self.maximumParts) parts")
    }
    return Expression(kind: kind, line: line)
  }

  private mutating func disjunction() throws -> Expression {
    var left = try conjunction()
    while take(name: "or") { left = try part(.or(left, try conjunction()), left.line) }
    return left
  }

  private mutating func conjunction() throws -> Expression {
    var left = try negation()
    while take(name: "and") { left = try part(.and(left, try negation()), left.line) }
    return left
  }

  private mutating func negation() throws -> Expression {
    let line = token.line
    guard take(name: "not") else { return try comparison() }
    return try part(.not(try nested { try $0.negation() }), line)
  }

  private mutating func comparison() throws -> Expression {
    let first = try sum()
    var operands: [(relation: Relation, operand: Expression)] = []
    while let relation = takeRelation() { operands.append((relation, try sum())) }
    return operands.isEmpty ? first : try part(.comparison(first, operands), first.line)
  }

  private mutating func takeRelation() -> Relation? {
    switch token.kind {
    case .symbol(let symbol):
      guard let relation = Relation(rawValue: symbol) else { return nil }
      advance()
      return relation
    case .name("in"):
      advance()
      return .contained
    case .name("not") where next.kind == .name("in"):
      advance()
      advance()
      return .notContained
    default: return nil
    }
  }

  private mutating func sum() throws -> Expression {
    try leftAssociative([.add, .subtract]) { try $0.concatenation() }
  }

  private mutating func concatenation() throws -> Expression {
    let first = try product()
    guard isSymbol("~") else { return first }
    var operands = [first]
    while take(symbol: "~") { operands.append(try product()) }
    return try part(.concatenation(operands), first.line)
  }

  private mutating func product() throws -> Expression {
    try leftAssociative([.multiply, .divide, .floorDivide, .remainder]) { try $0.power() }
  }

  private mutating func power() throws -> Expression { try leftAssociative([.power]) { try $0.unary() } }

  private mutating func leftAssociative(
    _ operators: [ArithmeticOperator], _ operand: (inout Parser) throws -> Expression
  ) throws -> Expression {
    var left = try operand(&self)
    while case .symbol(let symbol) = token.kind, let found = operators.first(where: { $0.rawValue == symbol }) {
      advance()
      left = try part(.arithmetic(found, left, try operand(&self)), left.line)
    }
    return left
  }

  /// A sign with its operand, or a primary, followed by attributes, items, calls, filters and tests.
  private mutating func unary(allowsFilters: Bool = true) throws -> Expression {
    let line = token.line
    let operand: Expression
    if take(symbol: "-") {
      operand = try part(.negative(try nested { try $0.unary(allowsFilters: false) }), line)
    } else if take(symbol: "+") {
      operand = try part(.positive(try nested { try $0.unary(allowsFilters: false) }), line)
    } else {
      operand = try primary()
    }
    let found = try postfix(operand)
    return allowsFilters ? try filtersAndTests(found) : found
  }

  private mutating func filtersAndTests(_ operand: Expression) throws -> Expression {
    var value = operand
    while true {
      let line = token.line
      if take(symbol: "|") {
        let (filter, arguments) = try filter()
        value = try part(.filter(value, filter, arguments), line)
      } else if take(name: "is") {
        value = try test(value, line)
      } else if isSymbol("(") {
        value = try part(.call(value, try arguments()), line)
      } else {
        return value
      }
    }
  }

  /// A filter's name, which must be known, and its arguments.
  mutating func filter() throws -> (filter: Filter, arguments: CallArguments) {
    let line = token.line
    let name = try expectName()
    guard let filter = Filter.named[name] else {
      throw TemplateError(
        line: line,
        "the filter '\(name.prefix(40))' is not supported."
          + suggestion(for: String(name.prefix(40)), in: Filter.named.keys.sorted()))
    }
    return (filter, isSymbol("(") ? try arguments() : CallArguments())
  }

  private mutating func test(_ value: Expression, _ line: Int) throws -> Expression {
    let isNegated = take(name: "not")
    let name = try expectName()
    guard let test = Test.named[name] else {
      throw TemplateError(
        line: line,
        "the test '\(name.prefix(40))' is not supported."
          + suggestion(for: String(name.prefix(40)), in: Test.named.keys.sorted()))
    }
    let result = try part(.test(value, test, try testArguments()), line)
    return isNegated ? try part(.not(result), line) : result
  }

  private mutating func testArguments() throws -> CallArguments {
    if isSymbol("(") { return try arguments() }
    switch token.kind {
    case .name("else"), .name("or"), .name("and"): return CallArguments()
    case .name("is"): throw TemplateError(line: token.line, "tests cannot be chained with 'is'; join them with 'and'")
    case .name("if"), .name("not"), .name("in"): return CallArguments()
    case .name, .string, .integer, .float, .symbol("["), .symbol("{"):
      return CallArguments(positional: [try postfix(try primary())])
    default: return CallArguments()
    }
  }
}
