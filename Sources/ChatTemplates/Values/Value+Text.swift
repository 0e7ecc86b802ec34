extension Value {
  /// Python's `str()`, which `{{ … }}` writes.
  ///
  /// - Throws: `TemplateError` for values without a meaningful text (macros, functions).
  func written(_ budget: Budget) throws -> String {
    switch self {
    case .string(let text), .markup(let text): return text
    case .undefined: return ""
    default: return try represented(budget)
    }
  }

  /// Python's `repr()`: a string in quotes, anything else as `str()` writes it.
  func represented(_ budget: Budget) throws -> String {
    var result = ""
    try represent(into: &result, budget)
    return result
  }

  private func represent(into result: inout String, _ budget: Budget) throws {
    try budget.spend(units: 1 + (text?.utf8.count ?? 0))
    switch self {
    case .undefined: result += "Undefined"
    case .none: result += "None"
    case .boolean(let value): result += value ? "True" : "False"
    case .integer(let value): result += String(value)
    case .float(let value): result += value.pythonText
    case .string(let text): result += text.pythonLiteral
    case .markup(let text): result += "Markup(\(text.pythonLiteral))"
    case .list(let elements):
      result += "["
      try Self.represent(elements, into: &result, budget)
      result += "]"
    case .tuple(let elements):
      result += "("
      try Self.represent(elements, into: &result, budget)
      result += elements.count == 1 ? ",)" : ")"
    case .dictionary(let dictionary):
      result += "{"
      for (position, member) in dictionary.members.enumerated() {
        if position > 0 { result += ", " }
        try member.key.represent(into: &result, budget)
        result += ": "
        try member.value.represent(into: &result, budget)
      }
      result += "}"
    case .namespace, .loop, .macro, .function, .method: throw TemplateError("\(kindName) cannot be written as text")
    }
  }

  private static func represent(_ elements: [Value], into result: inout String, _ budget: Budget) throws {
    for (position, element) in elements.enumerated() {
      if position > 0 { result += ", " }
      try element.represent(into: &result, budget)
    }
  }
}

extension Double {
  /// Python's `repr` of a float: the shortest digits that read back as the same value.
  var pythonText: String {
    if isNaN { return "nan" }
    if isInfinite { return self < 0 ? "-inf" : "inf" }
    let text = "\(self)"
    guard abs(self) < 1e16, let exponent = text.firstIndex(of: "e"), text[exponent...].hasPrefix("e+") else {
      return text
    }
    // Swift switches to exponents a little earlier than Python.
    return abs(self) < 9e15 ? "\(Int(self)).0" : text
  }
}

extension String {
  /// Python's `repr` of a string.
  var pythonLiteral: String {
    let quote: Unicode.Scalar = utf8.contains(UInt8(ascii: "'")) && !utf8.contains(UInt8(ascii: "\"")) ? "\"" : "'"
    var result = String(quote)
    for scalar in unicodeScalars {
      switch scalar {
      case quote, "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if scalar.isPythonPrintable {
          result.unicodeScalars.append(scalar)
        } else {
          let digits = String(scalar.value, radix: 16)
          let (mark, width) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
          result += "\\" + mark + String(repeating: "0", count: width - digits.count) + digits
        }
      }
    }
    return result + String(quote)
  }
}
