/// Python's `json.dumps`, which is the filter `tojson` in transformers.
struct JSONText {
  let budget: Budget
  var escapesNonASCII = false
  /// The indentation of a level; nil writes everything on one line.
  var indent: String?
  var separators: (item: String, key: String)
  var sortsKeys = false

  /// The JSON text of a value.
  ///
  /// - Throws: `TemplateError` for a value that JSON cannot represent.
  func text(of value: Value) throws -> String {
    var result = ""
    try write(value, 0, &result)
    return result
  }

  private func write(_ value: Value, _ depth: Int, _ result: inout String) throws {
    try budget.spend(units: 1 + (value.text?.utf8.count ?? 0))
    switch value {
    case .none: result += "null"
    case .boolean(let value): result += value ? "true" : "false"
    case .integer(let value): result += String(value)
    case .float(let value):
      result += value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Infinity" : "Infinity") : value.pythonText
    case .string(let text), .markup(let text): write(text, &result)
    case .list(let elements), .tuple(let elements):
      try writeAll(elements, "[", "]", depth, &result) { try write($0, depth + 1, &$1) }
    case .dictionary(let dictionary):
      var members = try dictionary.members.map { member in
        try budget.spend(on: member.key.text)
        return (key: try keyText(member.key), value: member.value)
      }
      if sortsKeys { members.sort { $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars) } }
      try writeAll(members, "{", "}", depth, &result) { member, result in
        write(member.key, &result)
        result += separators.key
        try write(member.value, depth + 1, &result)
      }
    case .undefined, .namespace, .loop, .macro, .function, .method:
      throw TemplateError("'tojson' expects a value that JSON can represent, found \(value.kindName)")
    }
  }

  private func writeAll<Element>(
    _ elements: [Element], _ open: String, _ close: String, _ depth: Int, _ result: inout String,
    _ body: (Element, inout String) throws -> Void
  ) throws {
    result += open
    for (position, element) in elements.enumerated() {
      try budget.spend(bytes: separators.item.utf8.count + separators.key.utf8.count)
      if position > 0 { result += separators.item }
      try breakLine(depth + 1, &result)
      try body(element, &result)
    }
    if !elements.isEmpty { try breakLine(depth, &result) }
    result += close
  }

  private func breakLine(_ depth: Int, _ result: inout String) throws {
    guard let indent else { return }
    try budget.spend(bytes: indent.utf8.count * depth)
    result += "\n" + String(repeating: indent, count: depth)
  }

  private func keyText(_ key: Value) throws -> String {
    switch key {
    case .string(let text), .markup(let text): text
    case .none: "null"
    case .boolean(let value): value ? "true" : "false"
    case .integer, .float: try key.represented(budget)
    default: throw TemplateError("'tojson' expects keys that are strings or numbers, found \(key.kindName)")
    }
  }

  private func write(_ text: String, _ result: inout String) {
    result += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{8}": result += "\\b"
      case "\u{C}": result += "\\f"
      default:
        if scalar.value < 0x20 || (escapesNonASCII && scalar.value > 0x7E) {
          for unit in String(scalar).utf16 {
            let digits = String(unit, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
          }
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    result += "\""
  }
}
