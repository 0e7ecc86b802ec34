/// What an unquoted YAML scalar means: YAML 1.2's core schema (yaml.org/spec/1.2.2, §10.3.2), without octal and
/// hexadecimal numbers, infinities and NaN.
///
/// YAML 1.1's `yes`, `no`, `on` and `off` are text here, and `1e-4` is a number although it has no point.
enum PlainScalar: Equatable {
  case null
  case bool(Bool)
  /// A whole number that fits.
  case integer(Int)
  /// A finite number.
  case number(Double)
  case text

  init(_ text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true", "True", "TRUE": self = .bool(true)
    case "false", "False", "FALSE": self = .bool(false)
    default:
      guard Self.isNumber(text), let number = Double(text), number.isFinite else {
        self = .text
        return
      }
      self = Int(text).map(Self.integer) ?? .number(number)
    }
  }

  /// `[-+]? (digits (. digits?)? | . digits) ([eE] [-+]? digits)?`, without leading zeros.
  private static func isNumber(_ text: String) -> Bool {
    var rest = text.utf8[...]
    func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
    func take(_ accepted: Unicode.Scalar...) -> Bool {
      guard let first = rest.first, accepted.contains(where: { UInt8(ascii: $0) == first }) else { return false }
      rest.removeFirst()
      return true
    }
    func digits() -> Substring.UTF8View {
      let found = rest.prefix(while: isDigit)
      rest = rest.dropFirst(found.count)
      return found
    }
    _ = take("-", "+")
    let whole = digits()
    if whole.count > 1, whole.first == UInt8(ascii: "0") { return false }
    let hasPoint = take(".")
    let fraction = hasPoint ? digits().count : 0
    if whole.isEmpty, fraction == 0 { return false }
    if take("e", "E") {
      _ = take("-", "+")
      if digits().isEmpty { return false }
    }
    return rest.isEmpty
  }
}
