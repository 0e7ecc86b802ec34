import ChatTemplates
import StrictJSON

/// Searches a rendered text for what a record says. Differences in white space and JSON's escapes do not count.
struct RenderedText {
  private let text: String

  init(_ text: String) { self.text = text }

  /// Whether the text contains a part.
  func shows(_ part: String) -> Bool {
    let part = part.strippingWhitespace()
    if part.isEmpty || text.find(part) != nil { return true }
    if Self.escaped(part).contains(where: { text.find($0) != nil }) { return true }
    // Templates may indent or rewrap.
    return text.withoutWhitespace.find(part.withoutWhitespace) != nil
  }

  /// The places of texts, each in a place of its own, the longest first; nil for a text that is not there.
  func places(of parts: [String]) -> [Range<Int>?] {
    var places = [Range<Int>?](repeating: nil, count: parts.count)
    var taken: [Range<Int>] = []
    // Where the search for a text that occurred before continues.
    var starts: [String: Int] = [:]
    for index in parts.indices.sorted(by: { (-parts[$0].utf8.count, $0) < (-parts[$1].utf8.count, $1) }) {
      var start = starts[parts[index]] ?? 0
      while let position = text.find(parts[index], from: start) {
        let place = position..<position + parts[index].utf8.count
        let next = taken.firstIndex { $0.upperBound > place.lowerBound } ?? taken.count
        if next == taken.count || taken[next].lowerBound >= place.upperBound {
          taken.insert(place, at: next)
          places[index] = place
          starts[parts[index]] = place.upperBound
          break
        }
        start = taken[next].upperBound
      }
    }
    return places
  }

  /// The other ways in which JSON and Python write a string: escaped, escaped to ASCII, and JSON within JSON.
  private static func escaped(_ text: String) -> [String] {
    let json = text.escapedForJSON(asASCII: false)
    let ascii = text.escapedForJSON(asASCII: true)
    let python = text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing("'", with: "\\'")
    let nested = [json, ascii].map { $0.escapedForJSON(asASCII: false) }
    return [json, ascii, python].filter { $0 != text } + nested.filter { $0 != json && $0 != ascii }
  }
}

extension RenderedText {
  /// Whether the text contains every name and every value of a JSON value, such as the arguments of a tool call.
  func showsLeaves(of value: JSONValue) -> Bool {
    switch value {
    case .null: true
    case .bool(let value): [value ? "true" : "false", value ? "True" : "False"].contains { text.find($0) != nil }
    case .number(let number): Self.spellings(of: number).contains { text.find($0) != nil }
    case .string(let part): shows(part)
    case .array(let elements): elements.allSatisfy { showsLeaves(of: $0) }
    case .object(let object): object.members.allSatisfy { shows($0.key) && showsLeaves(of: $0.value) }
    }
  }

  private static func spellings(of number: String) -> [String] {
    var spellings = [number]
    if let value = Double(number) {
      spellings.append("\(value)")
      if let whole = Int(exactly: value) { spellings.append("\(whole)") }
      // Python writes 1e-07 for 1e-7.
      spellings += spellings.map { $0.replacing("e-", with: "e-0") }
    }
    return spellings
  }
}

extension String {
  /// The text without any white space.
  fileprivate var withoutWhitespace: String {
    String(String.UnicodeScalarView(unicodeScalars.filter { !$0.properties.isWhitespace }))
  }

  /// The text as JSON writes it between quotation marks.
  fileprivate func escapedForJSON(asASCII: Bool) -> String {
    let text = String(JSONValue.string(self).compactText.dropFirst().dropLast())
    if !asASCII || text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
    return text.unicodeScalars.reduce(into: "") { result, scalar in
      if scalar.isASCII {
        result.unicodeScalars.append(scalar)
        return
      }
      for unit in String(scalar).utf16 {
        let digits = String(unit, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
  }
}
