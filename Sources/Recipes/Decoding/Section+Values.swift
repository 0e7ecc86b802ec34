import Diagnostics

/// What a number must satisfy.
struct Bound: Sendable {
  let text: String
  let contains: @Sendable (Double) -> Bool

  static let positive = Bound(text: "greater than 0") { $0 > 0 }
  static let notNegative = Bound(text: "of 0 or more") { $0 >= 0 }
  static let share = Bound(text: "above 0 and up to 1") { $0 > 0 && $0 <= 1 }
  static let fraction = Bound(text: "from 0 to 1") { 0...1 ~= $0 }
  static let belowOne = Bound(text: "of at least 0 and less than 1") { 0..<1 ~= $0 }
  static let belowHalf = Bound(text: "of at least 0 and less than 0.5") { 0..<0.5 ~= $0 }
}

// Questions whose answer is one scalar.
extension Section {
  /// A number within a bound.
  func number(_ key: String, _ result: inout Double, _ bound: Bound) {
    guard let node = value(key) else { return }
    if let number = number(node, key, expected: "a number \(bound.text)") {
      if bound.contains(number) {
        result = number
      } else {
        report(key, expected: "a number \(bound.text)", found: node)
      }
    }
  }

  /// A number within a bound, or the word `none`.
  func number(_ key: String, _ result: inout Double?, _ bound: Bound) {
    if let node = value(key), case .scalar("none", _) = node.content {
      result = nil
      return
    }
    var number = result ?? .nan
    self.number(key, &number, bound)
    result = number.isNaN ? nil : number
  }

  /// A value as a number; reports any other value.
  func number(_ node: SourceNode, _ key: String, expected: String) -> Double? {
    if case .scalar(let text, isQuoted: false) = node.content {
      switch PlainScalar(text) {
      case .integer(let value): return Double(value)
      case .number(let value): return value
      default: break
      }
    }
    report(key, expected: expected, found: node)
    return nil
  }

  /// A whole number, not below the least one.
  func integer(_ key: String, _ result: inout Int, atLeast least: Int) {
    guard let node = value(key) else { return }
    if let integer = integer(node), integer >= least {
      result = integer
    } else {
      report(key, expected: "a whole number of at least \(least)", found: node)
    }
  }

  /// A whole number, not below the least one, or the word `none`.
  func integer(_ key: String, _ result: inout Int?, atLeast least: Int) {
    if let node = value(key), case .scalar("none", _) = node.content {
      result = nil
      return
    }
    var integer = result ?? .min
    self.integer(key, &integer, atLeast: least)
    result = integer == .min ? nil : integer
  }

  /// A value as a whole number (`2000` and `2e3` alike), or nil.
  func integer(_ node: SourceNode) -> Int? {
    guard case .scalar(let text, isQuoted: false) = node.content else { return nil }
    return switch PlainScalar(text) {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  /// `true` or `false`.
  func flag(_ key: String, _ result: inout Bool) {
    guard let node = value(key) else { return }
    if case .scalar(let text, isQuoted: false) = node.content, case .bool(let value) = PlainScalar(text) {
      result = value
      return
    }
    var hint = ""
    if case .scalar(let text, _) = node.content {
      switch text.lowercased() {
      case "yes", "on", "y": hint = " Write true."
      case "no", "off", "n": hint = " Write false."
      default: break
      }
    }
    report(key, expected: "true or false", found: node, hint: hint)
  }

  /// One of several words.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ result: inout Choice
  ) where Choice.RawValue == String {
    var name: String? = result.rawValue
    self.name(key, &name, of: Choice.allCases.map(\.rawValue), acceptsNull: false)
    result = name.flatMap { Choice(rawValue: $0) } ?? result
  }

  /// One of several words, which may be absent or null.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ result: inout Choice?
  ) where Choice.RawValue == String {
    var name = result?.rawValue
    self.name(key, &name, of: Choice.allCases.map(\.rawValue))
    result = name.flatMap { Choice(rawValue: $0) }
  }

  /// One of several names; nil where the key is absent or null.
  func name(_ key: String, of names: [String]) -> String? {
    guard let node = value(key), !node.isNull else { return nil }
    return name(node, key, of: names)
  }

  /// One of several names, which may be absent or, unless it has a default, null.
  func name(_ key: String, _ result: inout String?, of names: [String], acceptsNull: Bool = true) {
    guard let node = value(key) else { return }
    result = node.isNull && acceptsNull ? nil : name(node, key, of: names)
  }

  /// A value as one of the names; reports any other value.
  func name(_ node: SourceNode, _ key: String, of names: [String]) -> String? {
    guard case .scalar(let text, _) = node.content else {
      report(key, expected: enumeration(names), found: node)
      return nil
    }
    if names.contains(text) { return text }
    report(key, expected: enumeration(names), found: node, hint: suggestion(for: text, in: names))
    return nil
  }

  /// `a`, `a or b`, `a, b or c`.
  private func enumeration(_ names: [String]) -> String {
    names.count < 2 ? names.joined() : "\(names.dropLast().joined(separator: ", ")) or \(names[names.count - 1])"
  }
}
