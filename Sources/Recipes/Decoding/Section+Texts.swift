import InstructionData

// Questions whose answer is a text or a list of texts.
extension Section {
  /// A text, which may be absent or null.
  func text(_ key: String, _ result: inout String?) {
    guard let node = value(key) else { return }
    result = node.isNull ? nil : text(node, key)
  }

  /// A day of the calendar, which may be absent or null.
  func day(_ key: String, _ result: inout CalendarDay?) {
    guard let node = value(key) else { return }
    result = nil
    if node.isNull { return }
    guard case .scalar(let text, _) = node.content, let day = CalendarDay(text) else {
      report(key, expected: "a day such as 2026-11-21", found: node)
      return
    }
    result = day
  }

  /// A value as a text; reports any other value.
  func text(_ node: SourceNode, _ key: String, expected: String = "a text") -> String? {
    guard case .scalar(let text, let isQuoted) = node.content, isQuoted || PlainScalar(text) == .text else {
      let hint =
        if case .scalar(let text, _) = node.content, !node.isNull { " Write '\(shortened(text))' in quotes." } else {
          ""
        }
      report(key, expected: expected, found: node, hint: hint)
      return nil
    }
    if text.isEmpty {
      report(key, "expected \(expected), found an empty one.")
      return nil
    }
    if text.unicodeScalars.contains("\0") {
      report(key, "the text holds a NUL character.")
      return nil
    }
    return text
  }

  /// A list of texts; a single text counts as a list of one.
  func texts(_ key: String, _ result: inout [String]) {
    guard let node = value(key) else { return }
    if let texts = texts(node, key) { result = texts }
  }

  /// A value as a list of texts; reports any other value, and a text that occurs twice.
  func texts(_ node: SourceNode, _ key: String) -> [String]? {
    guard case .list(let elements) = node.content else {
      return text(node, key, expected: "a list of texts").map { [$0] }
    }
    var texts: [String] = []
    for element in elements {
      guard let text = text(element, key) else { return nil }
      if texts.contains(text) {
        problems.add("\(prefix)\(key): '\(shortened(text))' occurs twice in the list.", at: element.place)
        return nil
      }
      texts.append(text)
    }
    return texts
  }

  /// A list of whole numbers of at least 0, or the word `all` for nil.
  func integersOrAll(_ key: String, _ result: inout [Int]?) {
    guard let node = value(key) else { return }
    if case .scalar("all", _) = node.content {
      result = nil
      return
    }
    let elements = if case .list(let elements) = node.content { elements } else { [node] }
    let numbers = elements.map { integer($0) }
    if !elements.isEmpty, numbers.allSatisfy({ $0.map { $0 >= 0 } ?? false }), Set(numbers).count == numbers.count {
      result = numbers.compactMap(\.self)
    } else {
      report(key, "expected `all` or a list of different layer numbers, counted from 0.")
    }
  }
}
