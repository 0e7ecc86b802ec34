import StrictJSON

extension JSONValue {
  /// The value as JSON text; with `indentation` (in spaces) one member a line, without it on one line without spaces.
  ///
  /// Strings are escaped as little as RFC 8259 allows, control characters as `\u001f`: as serde_json and the safetensors
  /// library write them.
  package func text(indentation: Int? = nil) -> String {
    var text = ""
    write(into: &text, indentation, level: 0)
    return text
  }

  private func write(into text: inout String, _ indentation: Int?, level: Int) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .number(let number): text += number
    case .string(let string): Self.write(string, into: &text)
    case .array(let elements):
      // Numbers of one array (a shape, a range) stay on one line.
      let isFlat = elements.allSatisfy { if case .number = $0 { true } else { false } }
      text += "["
      for (position, element) in elements.enumerated() {
        if position > 0 { text += isFlat && indentation != nil ? ", " : "," }
        if !isFlat { Self.breakLine(in: &text, indentation, level: level + 1) }
        element.write(into: &text, indentation, level: level + 1)
      }
      if !isFlat { Self.breakLine(in: &text, indentation, level: level) }
      text += "]"
    case .object(let object):
      text += "{"
      for (position, member) in object.members.enumerated() {
        if position > 0 { text += "," }
        Self.breakLine(in: &text, indentation, level: level + 1)
        Self.write(member.key, into: &text)
        text += indentation == nil ? ":" : ": "
        member.value.write(into: &text, indentation, level: level + 1)
      }
      if !object.members.isEmpty { Self.breakLine(in: &text, indentation, level: level) }
      text += "}"
    }
  }

  private static func breakLine(in text: inout String, _ indentation: Int?, level: Int) {
    guard let indentation else { return }
    text += "\n" + String(repeating: " ", count: indentation * level)
  }

  private static func write(_ string: String, into text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\u{8}": text += "\\b"
      case "\u{C}": text += "\\f"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\0"..<" ":
        let hexadecimal = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
