// Reading the tokens inside tags.
extension Lexer {
  private static let longestName = 1_000

  private static let symbols = [
    "**", "//", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".",
    ":", "|", ",",
  ].map { Array($0.unicodeScalars) }

  /// Reads the token that begins at the current position.
  mutating func readToken() throws {
    let first = source[position]
    if first == "'" || first == "\"" { return try readString(closing: first) }
    if ("0"..."9").contains(first) { return try readNumber() }
    if first == "_" || first.properties.isXIDStart {
      var end = position
      while let scalar = scalar(end), scalar == "_" || scalar.properties.isXIDContinue { end += 1 }
      if end - position > Self.longestName {
        throw TemplateError(line: line, "the name has more than \(Self.longestName) characters")
      }
      add(.name(string(position..<end)))
      move(to: end)
      return
    }
    guard let symbol = Self.symbols.first(where: { source[position...].starts(with: $0) }) else {
      throw TemplateError(line: line, "unexpected character '\(first)' in a tag")
    }
    try balance(first)
    add(.symbol(string(position..<position + symbol.count)))
    move(to: position + symbol.count)
  }

  private mutating func balance(_ scalar: Unicode.Scalar) throws {
    switch scalar {
    case "(": brackets.append(")")
    case "[": brackets.append("]")
    case "{": brackets.append("}")
    case ")", "]", "}":
      guard let expected = brackets.popLast() else {
        throw TemplateError(line: line, "found '\(scalar)' without an opening bracket")
      }
      if expected != scalar { throw TemplateError(line: line, "expected '\(expected)', found '\(scalar)'") }
    default: break
    }
  }

  private mutating func readNumber() throws {
    var end = digits(from: position)
    // A number after a dot is an index (`pair.0`), which has no fraction.
    let mayBeFraction = scalar(position - 1) != "."
    var isFraction = false
    if mayBeFraction, scalar(end) == ".", isDigit(end + 1) {
      end = digits(from: end + 1)
      isFraction = true
    }
    if mayBeFraction, scalar(end) == "e" || scalar(end) == "E" {
      let signed = scalar(end + 1) == "+" || scalar(end + 1) == "-" ? end + 2 : end + 1
      if isDigit(signed) {
        end = digits(from: signed)
        isFraction = true
      }
    }
    if let next = scalar(end), next == "_" || next.properties.isXIDContinue {
      throw TemplateError(line: line, "unexpected '\(next)' in a number")
    }
    let text = string(position..<end).replacing("_", with: "")
    if isFraction {
      guard let value = Double(text) else { throw TemplateError(line: line, "'\(text)' is not a number") }
      add(.float(value))
    } else {
      guard let value = Int(text) else { throw TemplateError(line: line, "the number \(text) is too large") }
      add(.integer(value))
    }
    move(to: end)
  }

  private func digits(from start: Int) -> Int {
    var end = start
    while isDigit(end) || (scalar(end) == "_" && isDigit(end + 1)) { end += 1 }
    return end
  }

  private func isDigit(_ index: Int) -> Bool { scalar(index).map { ("0"..."9").contains($0) } ?? false }

  private mutating func readString(closing: Unicode.Scalar) throws {
    let start = line
    var text = String.UnicodeScalarView()
    var index = position + 1
    while let next = scalar(index) {
      index += 1
      if next == closing {
        tokens.append(Token(kind: .string(String(text)), line: start))
        move(to: index)
        return
      }
      if next == "\\" { text.append(contentsOf: try escape(&index)) } else { text.append(next) }
    }
    throw TemplateError(line: start, "the string that begins here has no closing quote")
  }

  /// Python's escapes. An unknown one is kept unchanged, including the backslash.
  private func escape(_ index: inout Int) throws -> [Unicode.Scalar] {
    guard let kind = scalar(index) else { return ["\\"] }
    index += 1
    switch kind {
    case "\n": return []
    case "\\", "'", "\"": return [kind]
    case "n": return ["\n"]
    case "t": return ["\t"]
    case "r": return ["\r"]
    case "a": return ["\u{7}"]
    case "b": return ["\u{8}"]
    case "f": return ["\u{C}"]
    case "v": return ["\u{B}"]
    case "x": return [try code(&index, digits: 2, kind)]
    case "u": return [try code(&index, digits: 4, kind)]
    case "U": return [try code(&index, digits: 8, kind)]
    case "N": throw TemplateError(line: line, "characters by name (\\N{…}) are not supported")
    case "0"..."7":
      var value = kind.value - 48
      for _ in 0..<2 {
        guard let digit = scalar(index), ("0"..."7").contains(digit) else { break }
        value = value * 8 + digit.value - 48
        index += 1
      }
      return [Unicode.Scalar(value) ?? "\u{FFFD}"]
    default: return ["\\", kind]
    }
  }

  private func code(_ index: inout Int, digits: Int, _ kind: Unicode.Scalar) throws -> Unicode.Scalar {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let scalar = scalar(index), let digit = Character(scalar).hexDigitValue, scalar.isASCII else {
        throw TemplateError(line: line, "expected \(digits) hexadecimal digits after \\\(kind)")
      }
      value = value << 4 | UInt32(digit)
      index += 1
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw TemplateError(line: line, "\\\(kind)\(String(value, radix: 16)) is not a character")
    }
    return scalar
  }
}
