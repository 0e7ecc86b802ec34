// Python's operations on texts, by Unicode characters (scalars), not by what a reader sees as one character.
extension String {
  /// The byte at which a part first stands at or behind a byte, or nil.
  ///
  /// The time is linear in the lengths, whatever the texts.
  func find(_ part: String, from start: Int = 0) -> Int? {
    var (text, part) = (self, part)
    return text.withUTF8 { text in part.withUTF8 { part in text.place(of: part, from: start) } }
  }

  /// The byte at which a part last stands, or nil.
  func findLast(_ part: String) -> Int? {
    guard !part.isEmpty else { return utf8.count }
    // Found from the other end: texts of overlapping parts would else be gone through again and again.
    let (text, part) = (Array(utf8.reversed()), Array(part.utf8.reversed()))
    return text.withUnsafeBufferPointer { text in
      part.withUnsafeBufferPointer { part in text.place(of: part, from: 0).map { text.count - $0 - part.count } }
    }
  }

  /// The bytes at which a part stands, without overlaps, at most `limit` of them.
  func places(of part: String, limit: Int = .max) -> [Int] {
    var places: [Int] = []
    var position = 0
    while places.count < limit, let place = find(part, from: position) {
      places.append(place)
      position = place + part.utf8.count
    }
    return places
  }

  /// The text of a range of bytes; its ends stand between characters.
  subscript(bytes range: Range<Int>) -> String {
    String(Substring(utf8.prefix(range.upperBound).dropFirst(range.lowerBound)))
  }

  /// The pieces between places of a separator.
  func split(around separator: String, limit: Int = .max, fromEnd: Bool = false) -> [String] {
    var places = places(of: separator, limit: fromEnd ? .max : limit)
    if fromEnd { places = Array(places.suffix(limit)) }
    var pieces: [String] = []
    var start = 0
    for place in places {
      pieces.append(self[bytes: start..<place])
      start = place + separator.utf8.count
    }
    return pieces + [self[bytes: start..<utf8.count]]
  }

  /// The words between white space; behind `limit` of them the rest as it stands.
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

  /// The text with a part exchanged, at most `limit` times from the left.
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

  /// Without the characters of a set at both ends; without white space where no set is given.
  func stripped(_ characters: String? = nil) -> String {
    let isStripped = Self.stripping(characters)
    return strippedLeft(isStripped).strippedRight(isStripped)
  }

  /// Whether a character is one of a set, or white space where no set is given.
  static func stripping(_ characters: String?) -> (Unicode.Scalar) -> Bool {
    guard let characters else { return { $0.isPythonSpace } }
    let set = Set(characters.unicodeScalars)
    return { set.contains($0) }
  }

  /// The first character in titlecase, the others in lower case.
  var capitalizedFirst: String {
    guard let first = unicodeScalars.first else { return "" }
    return first.properties.titlecaseMapping + String(unicodeScalars.dropFirst()).lowercased()
  }

  /// Python's `str.title`: a letter behind a letter in lower case, any other in titlecase.
  var titled: String {
    var result = ""
    var isInside = false
    for scalar in unicodeScalars {
      result += isInside ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
      isInside = scalar.isCased
    }
    return result
  }

  /// With the five characters of HTML's markup written as entities, as MarkupSafe does.
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
  /// Where a part first stands at or behind a byte, found in a time that is linear in both lengths (Knuth, Morris and
  /// Pratt, 1977).
  fileprivate func place(of part: Self, from start: Int) -> Int? {
    guard start <= count else { return nil }
    if part.isEmpty { return start }
    guard count - start >= part.count else { return nil }
    // How much of the part's beginning ends each of its beginnings.
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
