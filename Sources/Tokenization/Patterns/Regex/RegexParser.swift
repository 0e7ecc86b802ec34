/// Reads a regular expression in the syntax of Oniguruma, as far as the patterns of tokenizers need it.
struct RegexParser {
  /// What is wrong with or unsupported in an expression.
  struct Unsupported: Error {
    let problem: String
  }

  let scalars: [Unicode.Scalar]
  var position = 0
  private var ignoresCase = false
  private var dotMatchesNewline = false
  var depth = 0

  /// The largest number of groups and brackets inside each other.
  private static let maximumDepth = 32

  /// - Throws: ``Unsupported``.
  static func parse(_ text: String) throws -> RegexNode {
    var parser = RegexParser(scalars: Array(text.unicodeScalars))
    let node = try parser.alternatives()
    guard parser.position == parser.scalars.count else { throw Unsupported(problem: "')' without '('") }
    return node
  }

  private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

  // MARK: Reading

  var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  mutating func take() throws -> Unicode.Scalar {
    guard let scalar = next else { throw Unsupported(problem: "it ends in the middle") }
    position += 1
    return scalar
  }

  mutating func take(_ text: String) -> Bool {
    guard scalars[position...].starts(with: text.unicodeScalars) else { return false }
    position += text.unicodeScalars.count
    return true
  }

  /// Calls `body` one level deeper.
  mutating func nested<Result>(_ body: (inout RegexParser) throws -> Result) throws -> Result {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
      throw Unsupported(problem: "more than \(Self.maximumDepth) groups in one another")
    }
    return try body(&self)
  }

  // MARK: Groups

  private mutating func alternatives() throws -> RegexNode {
    // An option such as (?i) holds until the end of its group.
    let (ignored, dotted) = (ignoresCase, dotMatchesNewline)
    defer { (ignoresCase, dotMatchesNewline) = (ignored, dotted) }
    var nodes = [try sequence()]
    while take("|") { nodes.append(try sequence()) }
    return nodes.count == 1 ? nodes[0] : .alternatives(nodes)
  }

  private mutating func sequence() throws -> RegexNode {
    var nodes: [RegexNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      guard let node = try element() else { continue }
      nodes.append(try repeated(node))
    }
    return nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  /// One element without its quantifier; nil for an option.
  private mutating func element() throws -> RegexNode? {
    let scalar = try take()
    switch scalar {
    case "(": return try nested { try $0.group() }
    case "[": return .set(cased(try nested { try $0.bracket() }))
    case ".": return .set(dotMatchesNewline ? .everything : .inverted(.newline))
    case "^": return .anchor(.lineStart)
    case "$": return .anchor(.lineEnd)
    case "\\": return try escape()
    case "*", "+", "?": throw Unsupported(problem: "'\(scalar)' repeats nothing")
    default: return .set(cased(.range(scalar.value...scalar.value)))
    }
  }

  private func cased(_ set: ScalarSet) -> ScalarSet { ignoresCase ? .ignoringCase(set) : set }

  private mutating func group() throws -> RegexNode? {
    let kinds: [(String, (RegexNode) -> RegexNode)] = [
      ("?:", { $0 }), ("?>", { .atomic($0) }),
      ("?=", { .look($0, ahead: true, negated: false) }), ("?!", { .look($0, ahead: true, negated: true) }),
      ("?<=", { .look($0, ahead: false, negated: false) }), ("?<!", { .look($0, ahead: false, negated: true) }),
    ]
    for (opening, node) in kinds where take(opening) { return node(try body()) }
    guard take("?") else { return try body() }
    let (ignored, dotted) = (ignoresCase, dotMatchesNewline)
    var isOn = true
    while true {
      switch try take() {
      case "-": isOn = false
      case "i": ignoresCase = isOn
      case "m": dotMatchesNewline = isOn
      case ":":
        let node = try body()
        (ignoresCase, dotMatchesNewline) = (ignored, dotted)
        return node
      // The rest of the enclosing group is read with the new options.
      case ")": return nil
      case let other: throw Unsupported(problem: "the group '(?\(other)'")
      }
    }
  }

  private mutating func body() throws -> RegexNode {
    let node = try alternatives()
    guard take(")") else { throw Unsupported(problem: "'(' without ')'") }
    return node
  }

  // MARK: Quantifiers

  private mutating func repeated(_ node: RegexNode) throws -> RegexNode {
    var node = node
    while let (minimum, maximum, isInterval) = try quantifier() {
      if case .anchor = node { throw Unsupported(problem: "a quantifier after an anchor") }
      var kind = RepetitionKind.greedy
      if isInterval, minimum == maximum, next == "?" {
        // In Oniguruma {n}? is an optional {n}, and {n,m}+ repeats {n,m}.
        position += 1
        node = .repeated(
          .repeated(node, minimum: minimum, maximum: maximum, .greedy), minimum: 0, maximum: 1, .greedy)
        continue
      } else if take("?") {
        kind = .lazy
      } else if !isInterval, take("+") {
        kind = .possessive
      }
      node = .repeated(node, minimum: minimum, maximum: maximum, kind)
    }
    return node
  }

  private mutating func quantifier() throws -> (minimum: Int, maximum: Int?, isInterval: Bool)? {
    switch next {
    case "*": position += 1; return (0, nil, false)
    case "+": position += 1; return (1, nil, false)
    case "?": position += 1; return (0, 1, false)
    case "{": return try interval().map { ($0.0, $0.1, true) }
    default: return nil
    }
  }

  /// `{n}`, `{n,}`, `{,m}` or `{n,m}`; nil for a brace that is an ordinary character.
  private mutating func interval() throws -> (Int, Int?)? {
    let start = position
    position += 1
    let minimum = number()
    let hasComma = take(",")
    let maximum = hasComma ? number() : minimum
    guard take("}"), minimum != nil || maximum != nil else {
      position = start
      return nil
    }
    guard minimum ?? 0 <= 1000, maximum ?? 0 <= 1000 else { throw Unsupported(problem: "more than 1000 repetitions") }
    guard minimum ?? 0 <= maximum ?? .max else { throw Unsupported(problem: "'{\(minimum ?? 0),\(maximum ?? 0)}'") }
    return (minimum ?? 0, maximum)
  }

  private mutating func number() -> Int? {
    var digits = ""
    while let scalar = next, "0"..."9" ~= scalar, digits.count < 9 {
      digits.unicodeScalars.append(scalar)
      position += 1
    }
    return Int(digits)
  }

  // MARK: Escapes outside brackets

  private mutating func escape() throws -> RegexNode {
    switch next {
    case "A": position += 1; return .anchor(.textStart)
    case "z": position += 1; return .anchor(.textEnd)
    case "Z": position += 1; return .anchor(.textEndOrLastNewline)
    case "b": position += 1; return .anchor(.wordBoundary)
    case "B": position += 1; return .anchor(.noWordBoundary)
    case "R":
      position += 1
      let pair = RegexNode.sequence([.set(.range(0x0D...0x0D)), .set(.newline)])
      let single = ScalarSet.union([.range(0x0A...0x0D), .range(0x85...0x85), .range(0x2028...0x2029)])
      return .atomic(.alternatives([pair, .set(single)]))
    default: return .set(cased(try escapedSet()))
    }
  }
}
