/// Tokens to statements: recursive descent, with limits on nesting so that no template exhausts the stack.
///
/// Grammar: `jinja2/parser.py`, version 3.1, without template inheritance and inclusion.
struct Parser {
  let tokens: [Token]
  var index = 0
  /// Tags and brackets that stand open.
  var depth = 0
  /// Loops around the statement.
  var loops = 0
  /// Parts of the expression that is being read: what bounds the depth of its tree.
  var parts = 0

  static let maximumDepth = 64
  static let maximumParts = 2_000

  init(_ tokens: [Token]) { self.tokens = tokens }

  var token: Token { tokens[min(index, tokens.count - 1)] }
  var next: Token { tokens[min(index + 1, tokens.count - 1)] }

  mutating func advance() { index = min(index + 1, tokens.count - 1) }

  func isSymbol(_ symbol: String) -> Bool { token.kind == .symbol(symbol) }
  func isName(_ name: String) -> Bool { token.kind == .name(name) }

  /// Whether a symbol stood here, which is then passed.
  mutating func take(symbol: String) -> Bool {
    guard isSymbol(symbol) else { return false }
    advance()
    return true
  }

  /// Whether a word stood here, which is then passed.
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
    TemplateError(line: token.line, "unexpected \(token.description), expected \(expected)")
  }

  /// Reads something that may hold others of its kind.
  mutating func nested<Result>(_ body: (inout Parser) throws -> Result) throws -> Result {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.maximumDepth {
      throw TemplateError(line: token.line, "nested deeper than \(Self.maximumDepth) levels")
    }
    return try body(&self)
  }

  /// The whole template.
  ///
  /// - Throws: `TemplateError` with its line.
  mutating func template() throws -> [Statement] {
    let body = try statements(until: [])
    if token.kind != .end { throw unexpected("the end of the template") }
    return body
  }
}
