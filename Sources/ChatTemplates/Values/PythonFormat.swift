import Foundation

extension String {
  /// Python's `format % values` with `s`, `r`, `d`, `i`, `f` and `x`.
  ///
  /// - Throws: `TemplateError` for wrong values and unsupported formats.
  func formatted(percent values: Value, _ budget: Budget) throws -> String {
    var rest: [Value] = if case .tuple(let elements) = values { elements } else { [values] }
    rest.reverse()
    var result = String.UnicodeScalarView()
    var scalars = Array(unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      guard scalar == "%" else {
        result.append(scalar)
        continue
      }
      let flags = scalars.prefix { "0-+ #".unicodeScalars.contains($0) }
      scalars = scalars.dropFirst(flags.count)
      let width = try Self.number(&scalars)
      var precision: Int?
      if scalars.first == "." {
        scalars.removeFirst()
        precision = try Self.number(&scalars) ?? 0
      }
      guard let kind = scalars.popFirst() else { throw TemplateError("a format ends after '%'") }
      if kind == "%" {
        result.append("%")
        continue
      }
      guard let value = rest.popLast() else { throw TemplateError("a format has more placeholders than values") }
      let text = try Self.formatted(value, kind, precision, flags.contains("+"), budget)
      try budget.spend(bytes: text.utf8.count + (width ?? 0))
      result.append(
        contentsOf: Self.padded(text, width ?? 0, flags.contains("-"), flags.contains("0") && kind != "s")
          .unicodeScalars)
    }
    if !rest.isEmpty { throw TemplateError("a format has fewer placeholders than values") }
    return String(result)
  }

  private static func number(_ scalars: inout ArraySlice<Unicode.Scalar>) throws -> Int? {
    let digits = scalars.prefix { ("0"..."9").contains($0) }
    if digits.isEmpty { return nil }
    scalars = scalars.dropFirst(digits.count)
    let value = digits.reduce(0) { Swift.min($0 * 10 + Int($1.value - 48), 10_000) }
    if value > 1_000 { throw TemplateError("a format has a width or precision of more than 1000") }
    return value
  }

  private static func formatted(
    _ value: Value, _ kind: Unicode.Scalar, _ precision: Int?, _ isSigned: Bool, _ budget: Budget
  ) throws -> String {
    func sign(_ isNegative: Bool) -> String { isSigned && !isNegative ? "+" : "" }
    switch kind {
    case "s", "r":
      let text = try kind == "s" ? value.written(budget) : value.represented(budget)
      return precision.map { String(String.UnicodeScalarView(text.unicodeScalars.prefix($0))) } ?? text
    case "d", "i", "x":
      guard let number = value.number else {
        throw TemplateError("'%\(kind)' expects a number, found \(value.kindName)")
      }
      guard let integer = value.integer ?? Int(exactly: number.double.rounded(.towardZero)) else {
        throw TemplateError("a number is too large for '%\(kind)'")
      }
      return sign(integer < 0) + String(integer, radix: kind == "x" ? 16 : 10)
    case "f":
      guard let number = value.number?.double else {
        throw TemplateError("'%f' expects a number, found \(value.kindName)")
      }
      return sign(number < 0) + String(format: "%.\(precision ?? 6)f", number)
    default: throw TemplateError("the format '%\(kind)' is not supported; expected s, r, d, i, x or f")
    }
  }

  private static func padded(_ text: String, _ width: Int, _ isLeft: Bool, _ hasZeros: Bool) -> String {
    let missing = width - text.unicodeScalars.count
    if missing <= 0 { return text }
    if isLeft { return text + String(repeating: " ", count: missing) }
    if !hasZeros { return String(repeating: " ", count: missing) + text }
    let sign = text.prefix { $0 == "-" || $0 == "+" }
    return sign + String(repeating: "0", count: missing) + text.dropFirst(sign.count)
  }

  /// Python's `str.format` with `{}`, `{0}` and `{name}`, without format specifications.
  ///
  /// - Throws: `TemplateError` for missing values and unsupported placeholders.
  func formatted(braces arguments: Arguments, _ budget: Budget) throws -> String {
    var result = ""
    func write(_ value: Value) throws {
      let text = try value.written(budget)
      try budget.spend(on: text)
      result += text
    }
    var position = 0
    var scalars = Array(unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      guard scalar == "{" || scalar == "}" else {
        result.unicodeScalars.append(scalar)
        continue
      }
      if scalars.first == scalar {
        scalars.removeFirst()
        result.unicodeScalars.append(scalar)
        continue
      }
      guard scalar == "{", let end = scalars.firstIndex(of: "}") else {
        throw TemplateError("a single '\(scalar)' in a format")
      }
      let name = String(String.UnicodeScalarView(scalars[..<end]))
      scalars = scalars[(end + 1)...]
      if name.isEmpty {
        guard position < arguments.positional.count else {
          throw TemplateError("a format has more placeholders than values")
        }
        try write(arguments.positional[position])
        position += 1
      } else if let index = Int(name), arguments.positional.indices.contains(index) {
        try write(arguments.positional[index])
      } else if let named = arguments.named.first(where: { $0.name == name }) {
        try write(named.value)
      } else {
        throw TemplateError("the placeholder '{\(name.prefix(40))}' of a format is not supported or has no value")
      }
    }
    return result
  }
}
