/// A method of Python's strings, bound to a text.
struct StringMethod {
  let text: String
  let name: String

  /// Calls the method.
  ///
  /// - Throws: `TemplateError` for wrong arguments.
  func call(_ arguments: Arguments, _ budget: Budget) throws -> Value {
    switch name {
    case "strip", "lstrip", "rstrip":
      let isStripped = String.stripping(try arguments.bound(name, "chars")[0].text(name))
      let left = name == "rstrip" ? text : text.strippedLeft(isStripped)
      return .string(name == "lstrip" ? left : left.strippedRight(isStripped))
    case "split", "rsplit": return try split(arguments)
    case "splitlines": return .list(text.lines.map { .string($0) })
    case "startswith", "endswith": return .boolean(try hasEnd(arguments))
    case "removeprefix", "removesuffix": return .string(try removingEnd(arguments))
    case "replace": return .string(try replaced(arguments, budget))
    case "find", "rfind", "index", "count": return .integer(try search(arguments))
    case "partition", "rpartition": return try partition(arguments)
    case "join": return .string(try joined(arguments, budget))
    case "format": return .string(try text.formatted(braces: arguments, budget))
    case "zfill", "ljust", "rjust", "center": return .string(try padded(arguments))
    default:
      _ = try arguments.bound(name)
      return changed() ?? .boolean(isEvery())
    }
  }

  /// The result of a method that changes the case; nil for another method.
  private func changed() -> Value? {
    switch name {
    case "upper": .string(text.uppercased())
    case "lower", "casefold": .string(text.lowercased())
    case "title": .string(text.titled)
    case "capitalize": .string(text.capitalizedFirst)
    case "swapcase":
      .string(
        text.unicodeScalars.map {
          $0.properties.isUppercase ? $0.properties.lowercaseMapping : $0.properties.uppercaseMapping
        }.joined())
    default: nil
    }
  }

  /// The result of a method that tests all characters.
  private func isEvery() -> Bool {
    let scalars = text.unicodeScalars
    switch name {
    case "isupper":
      return scalars.contains { $0.properties.isUppercase } && !scalars.contains { $0.properties.isLowercase }
    case "islower":
      return scalars.contains { $0.properties.isLowercase } && !scalars.contains { $0.properties.isUppercase }
    default: break
    }
    return !scalars.isEmpty
      && scalars.allSatisfy { scalar in
        let isDecimal = scalar.properties.generalCategory == .decimalNumber
        let type = scalar.properties.numericType
        return switch name {
        case "isspace": scalar.isPythonSpace
        case "isdecimal": isDecimal
        case "isdigit": type == .decimal || type == .digit
        case "isnumeric": type != nil
        case "isalpha": scalar.isPythonLetter
        default: scalar.isPythonLetter || type != nil
        }
      }
  }

  private func split(_ arguments: Arguments) throws -> Value {
    let given = try arguments.bound(name, "sep", "maxsplit")
    let most = try given[1].integer(name) ?? -1
    let limit = most < 0 ? Int.max : most
    guard let separator = try given[0].text(name) else {
      if name == "rsplit", limit != .max {
        throw TemplateError("'rsplit' with a limit and without a separator is not supported")
      }
      return .list(text.splitAtSpace(limit: limit).map { .string($0) })
    }
    if separator.isEmpty { throw TemplateError("'\(name)' expects a separator that is not empty") }
    return .list(text.split(around: separator, limit: limit, fromEnd: name == "rsplit").map { .string($0) })
  }

  private func hasEnd(_ arguments: Arguments) throws -> Bool {
    let given = try arguments.bound(name, "prefix")[0]
    let ends: [Value] = if case .tuple(let elements) = given { elements } else { [given].compactMap { $0 } }
    return try ends.contains { end in
      guard let end = end.text else { throw TemplateError("'\(name)' expects a string or a tuple of strings") }
      return name == "startswith"
        ? text.utf8.starts(with: end.utf8) : text.utf8.reversed().starts(with: end.utf8.reversed())
    }
  }

  private func removingEnd(_ arguments: Arguments) throws -> String {
    guard let end = try arguments.bound(name, "end")[0].text(name) else {
      throw TemplateError("'\(name)' expects a string")
    }
    if name == "removeprefix" {
      return text.utf8.starts(with: end.utf8) ? text[bytes: end.utf8.count..<text.utf8.count] : text
    }
    return text.utf8.reversed().starts(with: end.utf8.reversed())
      ? text[bytes: 0..<text.utf8.count - end.utf8.count] : text
  }

  private func replaced(_ arguments: Arguments, _ budget: Budget) throws -> String {
    let given = try arguments.bound(name, "old", "new", "count")
    guard let old = try given[0].text(name), let new = try given[1].text(name) else {
      throw TemplateError("'replace' expects two strings")
    }
    let most = try given[2].integer(name) ?? -1
    try budget.spend(bytes: text.sizeReplacing(old, new))
    return text.replaced(old, new, limit: most < 0 ? .max : most)
  }

  /// The position of a part, in characters, or -1; for `count` the number of its occurrences.
  private func search(_ arguments: Arguments) throws -> Int {
    guard let part = try arguments.bound(name, "part")[0].text(name) else {
      throw TemplateError("'\(name)' expects a string")
    }
    if name == "count" { return part.isEmpty ? text.unicodeScalars.count + 1 : text.positions(of: part).count }
    let position = name == "rfind" ? text.findLast(part) : text.find(part)
    guard let position else {
      if name == "index" { throw TemplateError("'index': the string does not contain the part") }
      return -1
    }
    return text[bytes: 0..<position].unicodeScalars.count
  }

  private func partition(_ arguments: Arguments) throws -> Value {
    guard let separator = try arguments.bound(name, "sep")[0].text(name), !separator.isEmpty else {
      throw TemplateError("'\(name)' expects a separator that is not empty")
    }
    let pieces = text.split(around: separator, limit: 1, fromEnd: name == "rpartition")
    if pieces.count == 2 { return .tuple([.string(pieces[0]), .string(separator), .string(pieces[1])]) }
    let empty = Value.string("")
    return .tuple(name == "partition" ? [.string(text), empty, empty] : [empty, empty, .string(text)])
  }

  private func joined(_ arguments: Arguments, _ budget: Budget) throws -> String {
    guard let elements = try arguments.bound(name, "iterable")[0]?.elements else {
      throw TemplateError("'join' expects a list")
    }
    return try elements.map { element in
      guard let part = element.text else { throw TemplateError("'join' expects strings, found \(element.kindName)") }
      try budget.spend(bytes: part.utf8.count + text.utf8.count)
      return part
    }.joined(separator: text)
  }

  private func padded(_ arguments: Arguments) throws -> String {
    let given = try arguments.bound(name, "width", "fillchar")
    let missing = (try given[0].integer(name) ?? 0).subtractingReportingOverflow(text.unicodeScalars.count).partialValue
    let fill = try given[1].text(name) ?? (name == "zfill" ? "0" : " ")
    if fill.unicodeScalars.count != 1 { throw TemplateError("'\(name)' expects a fill character, exactly one") }
    if missing > 1_000_000 { throw TemplateError.limit("'\(name)' produces too long a string") }
    if missing <= 0 { return text }
    let filling = { (count: Int) in String(repeating: fill, count: count) }
    switch name {
    case "ljust": return text + filling(missing)
    case "rjust": return filling(missing) + text
    case "zfill":
      let sign = text.hasPrefix("-") || text.hasPrefix("+") ? 1 : 0
      return text.prefix(sign) + filling(missing) + text.dropFirst(sign)
    default:
      // CPython's rule for the odd character.
      let left = missing / 2 + (missing & (missing + text.unicodeScalars.count) & 1)
      return filling(left) + text + filling(missing - left)
    }
  }
}

extension String {
  /// The lines of the text, without line breaks.
  var lines: [String] {
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    var previous: Unicode.Scalar?
    for scalar in unicodeScalars {
      defer { previous = scalar }
      switch scalar {
      case "\n" where previous == "\r": continue
      case "\n", "\r", "\u{B}", "\u{C}", "\u{1C}", "\u{1D}", "\u{1E}", "\u{85}", "\u{2028}", "\u{2029}":
        lines.append(String(line))
        line = String.UnicodeScalarView()
      default: line.append(scalar)
      }
    }
    return line.isEmpty ? lines : lines + [String(line)]
  }

  /// An upper bound for the size in bytes after replacing a part.
  func sizeReplacing(_ old: String, _ new: String) -> Int {
    let count = old.isEmpty ? utf8.count + 1 : utf8.count / old.utf8.count
    let (size, overflow) = count.multipliedReportingOverflow(by: new.utf8.count)
    return overflow ? Int.max / 2 : size + utf8.count
  }
}

extension Unicode.Scalar {
  /// Python's `str.isalpha` for one character.
  var isPythonLetter: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }
}
