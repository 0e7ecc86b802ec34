/// Turns tokens into statements, by recursive descent with limits on nesting so that no template can exhaust the stack.
///
/// Grammar: `jinja2/parser.py`, version 3.1, without template inheritance and inclusion.
struct Parser {
  let tokens: [Token]
  var index = 0
  /// The number of open tags and brackets.
  var depth = 0
  /// The number of loops around the current statement.
  var loops = 0
  /// The number of nodes in the current expression, which bounds the depth of its tree.
  var parts = 0
  /// Whether the template contains a `{% generation %}` block.
  var marksGeneration = false

  static let maximumDepth = 64
  static let maximumParts = 2_000

  init(_ tokens: [Token]) { self.tokens = tokens }

  var token: Token { tokens[min(index, tokens.count - 1)] }
  var next: Token { tokens[min(index + 1, tokens.count - 1)] }

  mutating func advance() { index = min(index + 1, tokens.count - 1) }

  func isSymbol(_ symbol: String) -> Bool { token.kind == .symbol(symbol) }
  func isName(_ name: String) -> Bool { token.kind == .name(name) }

  /// Skips a symbol; returns false if the current token is another one.
  mutating func take(symbol: String) -> Bool {
    guard isSymbol(symbol) else { return false }
    advance()
    return true
  }

  /// Skips a name; returns false if the current token is another one.
  mutating func take(name: String) -> Bool {
    guard isName(name) else { return false }
    advance()
    return true
  }

  mutating func expect(symbol: String) throws {
    guard take(symbol: symbol) else { throw unexpected("'\(symbol)'") }
  }

  mutating func expect(_ kind: Token.Kind, _ description: String) throws {
    guard token.kind == kind else { throw unexpected(description) }
    advance()
  }

  mutating func expectName() throws -> String {
    guard case .name(let name) = token.kind else { throw unexpected("a name") }
    advance()
    return name
  }

  func unexpected(_ expected: String) -> TemplateError {
    TemplateError(line: token.line, "expected \(expected), found \(token.description)")
  }

  /// Reads something that can contain others of its kind.
  mutating func nested<Result>(_ body: (inout Parser) throws -> Result) throws -> Result {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.maximumDepth {
      throw TemplateError(line: token.line, "nested deeper than \(Self.maximumDepth) levels")
    }
    return try body(&self)
  }

  /// The complete template.
  ///
  /// - Throws: `TemplateError` with its line.
  mutating func template() throws -> [Statement] {
    let body = try statements(until: [])
    if token.kind != .end { throw unexpected("the end of the template") }
    return body
  }
}
