import StrictJSON

/// A value of a recipe with all defaults filled in: what is stored with the run, and what two runs are compared by.
enum ResolvedValue: Sendable {
  /// A key with its value, in the order of the documentation.
  typealias Field = (key: String, value: ResolvedValue)

  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([ResolvedValue])
  case section([Field])

  /// A list of texts.
  static func texts(_ texts: [String]) -> ResolvedValue { .list(texts.map { .text($0) }) }

  /// A JSON value.
  init(_ value: JSONValue) {
    self =
      switch value {
      case .null: .null
      case .bool(let value): .bool(value)
      case .number(let text): Int(text).map { .integer($0) } ?? .number(Double(text) ?? 0)
      case .string(let text): .text(text)
      case .array(let elements): .list(elements.map { ResolvedValue($0) })
      case .object(let object): .section(object.members.map { ($0.key, ResolvedValue($0.value)) })
      }
  }

  /// The value on one line, in YAML's flow style.
  var flowText: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): "\(value)"
    case .number(let value): Self.text(of: value)
    case .text(let text): Self.quotedIfNeeded(text)
    case .list(let elements): "[\(elements.map(\.flowText).joined(separator: ", "))]"
    case .section(let fields):
      "{\(fields.map { "\(Self.quotedIfNeeded($0.key)): \($0.value.flowText)" }.joined(separator: ", "))}"
    }
  }

  /// The value as a YAML document, in block style; lists of plain values stay on one line.
  var documentText: String {
    var lines: [String] = []
    appendLines(to: &lines, indentation: "")
    return lines.joined(separator: "\n") + "\n"
  }

  private func appendLines(to lines: inout [String], indentation: String) {
    guard case .section(let fields) = self, !fields.isEmpty else {
      lines.append(indentation + flowText)
      return
    }
    for (key, value) in fields {
      let name = indentation + Self.quotedIfNeeded(key) + ":"
      switch value {
      case .section(let inner) where !inner.isEmpty:
        lines.append(name)
        value.appendLines(to: &lines, indentation: indentation + "  ")
      case .list(let elements) where elements.contains { if case .section = $0 { true } else { false } }:
        lines.append(name)
        lines += elements.map { "\(indentation)  - \($0.flowText)" }
      default:
        lines.append("\(name) \(value.flowText)")
      }
    }
  }

  /// The shortest digits that read back the same, with a point: YAML 1.1 readers such as PyYAML take `1e-08` for text.
  private static func text(of number: Double) -> String {
    let text = "\(number)"
    guard let exponent = text.firstIndex(of: "e"), !text[..<exponent].contains(".") else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  /// A text as it is if nothing in it means anything to YAML 1.1 or 1.2, otherwise in double quotes.
  private static func quotedIfNeeded(_ text: String) -> String {
    let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
    let isPlain =
      text.utf8.first.map { isLetter($0) || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "_") } ?? false
      && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "_-./".utf8.contains($0) }
      && !words.contains(text.lowercased())
    return isPlain ? text : quoted(text)
  }

  private static func isLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 }
  private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

  /// A text in YAML's double quotes, unprintable characters as escapes (yaml.org/spec/1.2.2, §5.1 and §5.7).
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "&", "*", "?": result += escape(scalar)
      default:
        switch scalar.value {
        case 0x20..<0x7F, 0xA1..<0x2000, 0x2070..<0xD800, 0xE000..<0xFE00, 0x10000..<0x10FFFD:
          result.unicodeScalars.append(scalar)
        default: result += escape(scalar)
        }
      }
    }
    return result + "\""
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let (letter, width) = scalar.value <= 0xFF ? ("x", 2) : scalar.value <= 0xFFFF ? ("u", 4) : ("U", 8)
    return "\\" + letter + String(repeating: "0", count: width - digits.count) + digits
  }
}
