import Diagnostics

// Text, output and tags.
extension Parser {
  private static let tags = [
    "for", "if", "set", "macro", "call", "filter", "with", "generation", "break", "continue", "raw",
  ]

  private static let mostParameters = 255

  /// Statements up to a tag with one of these names, or to the end of the template if there are no names.
  ///
  /// Reading continues at the name of that tag.
  mutating func statements(until ends: [String]) throws -> [Statement] {
    try nested { parser in
      var body: [Statement] = []
      while true {
        let line = parser.token.line
        switch parser.token.kind {
        case .text(let text):
          parser.advance()
          body.append(Statement(kind: .text(text), line: line))
        case .outputBegin:
          parser.advance()
          let expression = try parser.tagExpression()
          try parser.expect(.outputEnd, "'}}'")
          body.append(Statement(kind: .output(expression), line: line))
        case .tagBegin:
          parser.advance()
          if case .name(let name) = parser.token.kind, ends.contains(name) { return body }
          body.append(try parser.statement())
        default:
          if ends.isEmpty { return body }
          throw parser.unexpected("the tag \(ends.map { "'\($0)'" }.joined(separator: " or "))")
        }
      }
    }
  }

  /// A tag from its name to its end, including its blocks.
  private mutating func statement() throws -> Statement {
    let line = token.line
    let name = try expectName()
    let kind: Statement.Kind
    switch name {
    case "for": kind = .loop(try loop())
    case "if": kind = try conditional()
    case "set": kind = try set()
    case "macro": kind = .macro(try macro())
    case "call": kind = try call(line)
    case "filter":
      let chain = try filterChain(isFirst: true)
      kind = .filtered(chain, try block("endfilter"))
    case "with": kind = try with()
    case "generation":
      marksGeneration = true
      kind = .generation(try block("endgeneration"))
    case "break", "continue":
      if loops == 0 { throw TemplateError(line: line, "'\(name)' is outside a loop") }
      kind = name == "break" ? .breakLoop : .continueLoop
    default:
      throw TemplateError(
        line: line,
        "the tag '\(name.prefix(40))' is not supported; expected one of \(Self.tags.joined(separator: ", "))."
          + suggestion(for: String(name.prefix(40)), in: Self.tags))
    }
    try expect(.tagEnd, "'%}'")
    return Statement(kind: kind, line: line)
  }

  /// The statements between the end of an opening tag and its closing tag, whose name is skipped.
  private mutating func block(_ end: String) throws -> [Statement] {
    try expect(.tagEnd, "'%}'")
    let body = try statements(until: [end])
    advance()
    return body
  }

  private mutating func conditional() throws -> Statement.Kind {
    var branches: [(condition: Expression, body: [Statement])] = []
    while true {
      let condition = try tagExpression()
      try expect(.tagEnd, "'%}'")
      branches.append((condition, try statements(until: ["elif", "else", "endif"])))
      if take(name: "elif") { continue }
      let otherwise = take(name: "else") ? try block("endif") : []
      if isName("endif") { advance() }
      return .conditional(branches, otherwise: otherwise)
    }
  }

  private mutating func loop() throws -> Loop {
    let target = try target(allowsAttributes: false)
    guard take(name: "in") else { throw unexpected("'in'") }
    let sequence = try tagExpression(allowsCondition: false)
    let condition = take(name: "if") ? try tagExpression() : nil
    if isName("recursive") { throw TemplateError(line: token.line, "recursive loops are not supported") }
    try expect(.tagEnd, "'%}'")
    loops += 1
    let body = try statements(until: ["else", "endfor"])
    loops -= 1
    let otherwise = take(name: "else") ? try block("endfor") : []
    if isName("endfor") { advance() }
    return Loop(target: target, sequence: sequence, condition: condition, body: body, otherwise: otherwise)
  }

  private mutating func set() throws -> Statement.Kind {
    let target = try target(allowsAttributes: true)
    if take(symbol: "=") { return .assignment(target, try tagExpression()) }
    let chain = try filterChain(isFirst: false)
    return .capture(target, chain, try block("endset"))
  }

  private mutating func with() throws -> Statement.Kind {
    var bindings: [(target: Target, value: Expression)] = []
    while token.kind != .tagEnd {
      if !bindings.isEmpty { try expect(symbol: ",") }
      let name = try expectName()
      try expect(symbol: "=")
      bindings.append((.name(name), try tagExpression(allowsTuple: false)))
    }
    return .with(bindings, try block("endwith"))
  }

  private mutating func macro() throws -> MacroDefinition {
    let name = try expectName()
    return try macro(named: name, parameters: try parameters(), end: "endmacro")
  }

  private mutating func call(_ line: Int) throws -> Statement.Kind {
    let parameters = isSymbol("(") ? try parameters() : []
    let callee = try tagExpression(allowsTuple: false)
    guard case .call = callee.kind else { throw TemplateError(line: line, "expected a call after 'call'") }
    return .call(callee, body: try macro(named: "caller", parameters: parameters, end: "endcall"))
  }

  private mutating func macro(
    named name: String, parameters: [(name: String, defaultValue: Expression?)], end: String
  ) throws -> MacroDefinition {
    // A loop around the definition is not a loop around the body's statements.
    let around = loops
    loops = 0
    defer { loops = around }
    return MacroDefinition(name: name, parameters: parameters, body: try block(end))
  }

  private mutating func parameters() throws -> [(name: String, defaultValue: Expression?)] {
    var parameters: [(name: String, defaultValue: Expression?)] = []
    try expect(symbol: "(")
    while !isSymbol(")") {
      if !parameters.isEmpty { try expect(symbol: ",") }
      if isSymbol(")") { break }
      let line = token.line
      let name = try expectName()
      let defaultValue = take(symbol: "=") ? try tagExpression(allowsTuple: false) : nil
      if defaultValue == nil, parameters.last?.defaultValue != nil {
        throw TemplateError(line: line, "the parameter '\(name)', which has no default, follows one that has")
      }
      parameters.append((name, defaultValue))
      if parameters.count > Self.mostParameters {
        throw TemplateError(line: line, "the macro has more than \(Self.mostParameters) parameters")
      }
    }
    try expect(symbol: ")")
    return parameters
  }

  /// The target of a loop or of `set`.
  private mutating func target(allowsAttributes: Bool) throws -> Target {
    var targets: [Target] = []
    var isTuple = false
    repeat {
      if isName("in") || isSymbol("=") || isSymbol(")") { break }
      targets.append(try singleTarget(allowsAttributes: allowsAttributes))
      if isSymbol(",") { isTuple = true }
    } while take(symbol: ",")
    if !isTuple, let only = targets.first { return only }
    if targets.isEmpty { throw unexpected("a name") }
    return .tuple(targets)
  }

  private mutating func singleTarget(allowsAttributes: Bool) throws -> Target {
    if take(symbol: "(") {
      let inner = try nested { try $0.target(allowsAttributes: allowsAttributes) }
      try expect(symbol: ")")
      return inner
    }
    let line = token.line
    let name = try expectName()
    if ["true", "false", "none", "True", "False", "None", "loop"].contains(name) {
      throw TemplateError(line: line, "'\(name)' cannot be assigned to")
    }
    guard allowsAttributes, take(symbol: ".") else { return .name(name) }
    return .attribute(name, try expectName())
  }

  private mutating func filterChain(isFirst: Bool) throws -> FilterChain {
    var chain: FilterChain = []
    while (isFirst && chain.isEmpty) || take(symbol: "|") { chain.append(try filter()) }
    return chain
  }
}
