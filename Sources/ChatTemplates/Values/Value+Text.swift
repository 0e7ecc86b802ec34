extension Value {
  /// Python's `str()`: what `{{ … }}` writes.
  ///
  /// - Throws: `TemplateError` for values that have no text worth writing (macros, functions).
  func written() throws -> String {
    switch self {
    case .string(let text), .markup(let text): return text
    case .undefined: return ""
    default: return try represented()
    }
  }

  /// Python's `repr()`: a text in quotes, all else as `str()` writes it.
  func represented() throws -> String {
    switch self {
    case .undefined: return "Undefined"
    case .none: return "None"
    case .boolean(let value): return value ? "True" : "False"
    case .integer(let value): return String(value)
    case .float(let value): return value.pythonText
    case .string(let text): return text.pythonLiteral
    case .markup(let text): return "Markup(\(text.pythonLiteral))"
    case .list(let elements): return try "[" + elements.map { try $0.represented() }.joined(separator: ", ") + "]"
    case .tuple(let elements):
      let inside = try elements.map { try $0.represented() }.joined(separator: ", ")
      return elements.count == 1 ? "(\(inside),)" : "(\(inside))"
    case .dictionary(let dictionary):
      return try "{"
        + dictionary.members.map { try $0.key.represented() + ": " + $0.value.represented() }.joined(separator: ", ")
        + "}"
    case .namespace, .loop, .macro, .function, .method: throw TemplateError("\(kindName) cannot be written as text")
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
    // Swift changes to exponents a little earlier than Python.
    return abs(self) < 9e15 ? "\(Int(self)).0" : text
  }
}

extension String {
  /// Python's `repr` of a text.
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
