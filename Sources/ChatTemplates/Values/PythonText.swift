// Python's operations on strings, in terms of Unicode scalars rather than of what a reader sees as one character.
extension String {
  /// The byte offset of the first occurrence of a part at or after a byte offset, or nil.
  ///
  /// The time is linear in the lengths, whatever the texts.
  package func find(_ part: String, from start: Int = 0) -> Int? {
    var (text, part) = (self, part)
    return text.withUTF8 { text in part.withUTF8 { part in text.position(of: part, from: start) } }
  }

  /// The byte offset of the last occurrence of a part, or nil.
  func findLast(_ part: String) -> Int? {
    guard !part.isEmpty else { return utf8.count }
    // Search the reversed text: with overlapping occurrences, searching forward would read the text again and again.
    let (text, part) = (Array(utf8.reversed()), Array(part.utf8.reversed()))
    return text.withUnsafeBufferPointer { text in
      part.withUnsafeBufferPointer { part in text.position(of: part, from: 0).map { text.count - $0 - part.count } }
    }
  }

  /// The byte offsets of at most `limit` occurrences of a part that do not overlap.
  func positions(of part: String, limit: Int = .max) -> [Int] {
    var positions: [Int] = []
    var start = 0
    while positions.count < limit, let position = find(part, from: start) {
      positions.append(position)
      start = position + part.utf8.count
    }
    return positions
  }

  /// The text of a range of bytes, whose bounds must be between characters.
  subscript(bytes range: Range<Int>) -> String {
    String(Substring(utf8.prefix(range.upperBound).dropFirst(range.lowerBound)))
  }

  /// The pieces between the occurrences of a separator.
  func split(around separator: String, limit: Int = .max, fromEnd: Bool = false) -> [String] {
    var positions = positions(of: separator, limit: fromEnd ? .max : limit)
    if fromEnd { positions = Array(positions.suffix(limit)) }
    var pieces: [String] = []
    var start = 0
    for position in positions {
      pieces.append(self[bytes: start..<position])
      start = position + separator.utf8.count
    }
    return pieces + [self[bytes: start..<utf8.count]]
  }

  /// The words between white space. After `limit` of them, the rest is one more piece.
  func splitAtSpace(limit: Int = .max) -> [String] {
    var words: [String] = []
    var rest = unicodeScalars[...]
    while true {
      rest = rest.drop(while: \.isPythonSpace)
      if rest.isEmpty { return words }
      if words.count == limit { return words + [String(rest).strippedRight { $0.isPythonSpace }] }
      let word = rest.prefix { !$0.isPythonSpace }
      words.append(String(word))
      rest = rest[word.endIndex...]
    }
  }

  /// The text with at most `limit` occurrences of a part replaced, from the left.
  func replaced(_ old: String, _ new: String, limit: Int = .max) -> String {
    if old.isEmpty {
      var result = ""
      var left = limit
      for scalar in unicodeScalars {
        if left > 0 { result += new }
        left -= left > 0 ? 1 : 0
        result.unicodeScalars.append(scalar)
      }
      return left > 0 ? result + new : result
    }
    let pieces = split(around: old, limit: limit)
    return pieces.count == 1 ? self : pieces.joined(separator: new)
  }

  func strippedLeft(_ isStripped: (Unicode.Scalar) -> Bool) -> String {
    String(unicodeScalars.drop(while: isStripped))
  }

  func strippedRight(_ isStripped: (Unicode.Scalar) -> Bool) -> String {
    var end = unicodeScalars.endIndex
    while end > unicodeScalars.startIndex {
      let before = unicodeScalars.index(before: end)
      if !isStripped(unicodeScalars[before]) { break }
      end = before
    }
    return String(unicodeScalars[..<end])
  }

  /// The text without the characters of a set, or without white space if there is no set, at both ends.
  func stripped(_ characters: String? = nil) -> String {
    let isStripped = Self.stripping(characters)
    return strippedLeft(isStripped).strippedRight(isStripped)
  }

  /// A function that is true for the characters of a set, or for white space if there is no set.
  static func stripping(_ characters: String?) -> (Unicode.Scalar) -> Bool {
    guard let characters else { return { $0.isPythonSpace } }
    let set = Set(characters.unicodeScalars)
    return { set.contains($0) }
  }

  /// The text with its first character in titlecase and the others in lower case.
  var capitalizedFirst: String {
    guard let first = unicodeScalars.first else { return "" }
    return first.properties.titlecaseMapping + String(unicodeScalars.dropFirst()).lowercased()
  }

  /// Python's `str.title`: a letter after a letter becomes lower case, any other becomes titlecase.
  var titled: String {
    var result = ""
    var isInside = false
    for scalar in unicodeScalars {
      result += isInside ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
      isInside = scalar.isCased
    }
    return result
  }

  /// The text with the five special characters of HTML written as entities, as MarkupSafe does.
  var escapedForHTML: String {
    var result = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "'": result += "&#39;"
      case "\"": result += "&#34;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// The offset of the first occurrence of a part at or after an offset, in time linear in both lengths (Knuth, Morris and
  /// Pratt, 1977).
  fileprivate func position(of part: Self, from start: Int) -> Int? {
    guard start <= count else { return nil }
    if part.isEmpty { return start }
    guard count - start >= part.count else { return nil }
    // For each prefix of the part, the length of its longest proper prefix that is also its suffix.
    var borders = [Int](repeating: 0, count: part.count)
    var border = 0
    for position in part.indices.dropFirst() {
      while border > 0, part[position] != part[border] { border = borders[border - 1] }
      if part[position] == part[border] { border += 1 }
      borders[position] = border
    }
    var matched = 0
    for position in start..<count {
      while matched > 0, self[position] != part[matched] { matched = borders[matched - 1] }
      if self[position] == part[matched] { matched += 1 }
      if matched == part.count { return position + 1 - matched }
    }
    return nil
  }
}
