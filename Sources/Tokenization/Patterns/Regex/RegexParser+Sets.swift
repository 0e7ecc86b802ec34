extension RegexParser {
  /// The set that an escape denotes, after its backslash.
  mutating func escapedSet() throws -> ScalarSet {
    let scalar = try take()
    switch scalar {
    case "s": return .classes(.space)
    case "S": return .inverted(.classes(.space))
    case "d": return .classes(.decimal)
    case "D": return .inverted(.classes(.decimal))
    case "w": return .classes(.word)
    case "W": return .inverted(.classes(.word))
    case "h": return Self.hexadecimal
    case "H": return .inverted(Self.hexadecimal)
    case "p": return try property(inverted: false)
    case "P": return try property(inverted: true)
    case "x", "u", "n", "r", "t", "f", "v", "a", "e":
      position -= 1
      return try escapedScalar().map { .range($0...$0) } ?? .union([])
    default:
      guard !scalar.isASCII || !CharacterClass(scalar.value).contains(.word) else {
        throw Unsupported(problem: "'\\\(scalar)'")
      }
      return .range(scalar.value...scalar.value)
    }
  }

  private static let hexadecimal = ScalarSet.union([.range(0x30...0x39), .range(0x41...0x46), .range(0x61...0x66)])

  /// The character that an escape denotes, after its backslash; nil if it denotes a set.
  private mutating func escapedScalar() throws -> UInt32? {
    let start = position
    switch try take() {
    case "n": return 0x0A
    case "r": return 0x0D
    case "t": return 0x09
    case "f": return 0x0C
    case "v": return 0x0B
    case "a": return 0x07
    case "e": return 0x1B
    case "u": return try hexadecimal(digits: 4...4)
    case "x":
      guard take("{") else { return try hexadecimal(digits: 1...2) }
      let value = try hexadecimal(digits: 1...8)
      guard take("}") else { throw Unsupported(problem: "'\\x{' without '}'") }
      return value
    case let scalar:
      if scalar.isASCII, CharacterClass(scalar.value).contains(.word) {
        position = start
        return nil
      }
      return scalar.value
    }
  }

  private mutating func hexadecimal(digits count: ClosedRange<Int>) throws -> UInt32 {
    var digits = ""
    while digits.count < count.upperBound, let scalar = next, scalar.properties.isASCIIHexDigit {
      digits.unicodeScalars.append(scalar)
      position += 1
    }
    guard digits.count >= count.lowerBound, let value = UInt32(digits, radix: 16), value <= 0x10FFFF else {
      throw Unsupported(problem: "a character's number '\(digits)'")
    }
    return value
  }

  /// `{L}` or `{^L}` after `\p`.
  private mutating func property(inverted: Bool) throws -> ScalarSet {
    guard take("{") else { throw Unsupported(problem: "'\\p' without '{'") }
    var name = ""
    var isInverted = inverted
    if take("^") { isInverted.toggle() }
    while true {
      let scalar = try take()
      if scalar == "}" { break }
      if scalar != " ", scalar != "_", scalar != "-" { name.unicodeScalars.append(scalar) }
    }
    guard let set = Self.named(name.lowercased()) else { throw Unsupported(problem: "the property '\(name)'") }
    return isInverted ? .inverted(set) : set
  }

  private static func named(_ name: String) -> ScalarSet? {
    if let bits = GeneralCategories.bits[name] { return .categories(bits) }
    if let ranges = Scripts.ranges[name] { return .script(ranges) }
    func categories(_ names: String...) -> ScalarSet {
      .categories(names.reduce(0) { $0 | (GeneralCategories.bits[$1] ?? 0) })
    }
    switch name {
    case "any": return .everything
    case "ascii": return .range(0...0x7F)
    case "space", "whitespace": return .classes(.space)
    case "word": return .classes(.word)
    case "digit": return .classes(.decimal)
    case "punct": return .classes(.punctuation)
    case "xdigit": return hexadecimal
    case "cntrl": return categories("cc")
    case "blank": return .union([categories("zs"), .range(0x09...0x09)])
    default: return nil
    }
  }

  // MARK: Brackets

  /// A set in brackets, after the opening one.
  mutating func bracket() throws -> ScalarSet {
    let isInverted = take("^")
    var operands: [ScalarSet] = []
    var members: [ScalarSet] = []
    // A closing bracket at the beginning is an ordinary character.
    if take("]") { members.append(.range(0x5D...0x5D)) }
    while !take("]") {
      if take("&&") {
        operands.append(.union(members))
        members = []
      } else {
        members.append(try member())
      }
    }
    operands.append(.union(members))
    let set = operands.count == 1 ? operands[0] : .intersection(operands)
    return isInverted ? .inverted(set) : set
  }

  private mutating func member() throws -> ScalarSet {
    if take("[:") { return try posixClass() }
    if take("[") { return try nested { try $0.bracket() } }
    let first: UInt32
    if take("\\") {
      if take("b") {
        first = 0x08
      } else if let value = try escapedScalar() {
        first = value
      } else {
        return try escapedSet()
      }
    } else {
      first = try take().value
    }
    guard next == "-", position + 1 < scalars.count, scalars[position + 1] != "]", scalars[position + 1] != "[" else {
      return .range(first...first)
    }
    position += 1
    let last: UInt32
    if take("\\") {
      guard let value = try escapedScalar() else { throw Unsupported(problem: "a range that ends in a set") }
      last = value
    } else {
      last = try take().value
    }
    guard first <= last else { throw Unsupported(problem: "a range that runs backward") }
    return .range(first...last)
  }

  private mutating func posixClass() throws -> ScalarSet {
    let isInverted = take("^")
    var name = ""
    while !take(":]") { name.unicodeScalars.append(try take()) }
    guard let set = Self.named(name.lowercased()) else { throw Unsupported(problem: "'[:\(name):]'") }
    return isInverted ? .inverted(set) : set
  }
}
