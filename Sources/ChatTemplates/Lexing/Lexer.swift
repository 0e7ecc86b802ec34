/// Splits a template into text and the tokens of its tags, with Jinja's rules for white space as transformers configures
/// them: `trim_blocks` (removes a line break after a tag) and `lstrip_blocks` (removes white space between the beginning of
/// a line and a tag), the marks `-` and `+`, and no line break at the end of the template.
///
/// Source of the rules: `jinja2/lexer.py`, version 3.1.
struct Lexer {
  let source: [Unicode.Scalar]
  var position = 0
  var line = 1
  var tokens: [Token] = []
  /// The closing brackets that are still missing.
  var brackets: [Unicode.Scalar] = []
  /// Whether the last tag, including the text trimmed after it, ended with a line break.
  private var isLineStart = true

  init(_ text: String) {
    var scalars: [Unicode.Scalar] = []
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      defer { previous = scalar }
      if scalar == "\n", previous == "\r" { continue }
      scalars.append(scalar == "\r" ? "\n" : scalar)
    }
    if scalars.last == "\n" { scalars.removeLast() }
    source = scalars
  }

  /// All tokens, including the end.
  ///
  /// - Throws: `TemplateError` with its line.
  mutating func tokenize() throws -> [Token] {
    while position < source.count {
      guard let begin = nextTag() else {
        add(.text(string(position..<source.count)))
        break
      }
      let kind = source[begin + 1]
      let sign = sign(at: begin + 2)
      let text = trimmed(position..<begin, sign, isOutput: kind == "{")
      if !text.isEmpty { add(.text(string(text))) }
      move(to: begin)
      let tagLine = line
      move(to: begin + 2 + (sign == nil ? 0 : 1))
      switch kind {
      case "#": try skipComment(from: tagLine)
      case "{":
        tokens.append(Token(kind: .outputBegin, line: tagLine))
        try readTag(closing: "}", .outputEnd, from: tagLine)
      default:
        if try readRaw(from: tagLine) { break }
        tokens.append(Token(kind: .tagBegin, line: tagLine))
        try readTag(closing: "%", .tagEnd, from: tagLine)
      }
      isLineStart = position > 0 && source[position - 1] == "\n"
    }
    add(.end)
    return tokens
  }

  /// Reads the tokens between `{{` and `}}` or `{%` and `%}`, and skips the text that the tag trims.
  private mutating func readTag(closing: Unicode.Scalar, _ end: Token.Kind, from tagLine: Int) throws {
    while true {
      skipSpace()
      guard position < source.count else { throw TemplateError(line: tagLine, "the tag that begins here has no end") }
      if brackets.isEmpty, let next = endOfTag(closing, trims: closing == "%") {
        add(end)
        move(to: next)
        return
      }
      try readToken()
    }
  }

  /// Where reading continues after a closing mark; nil if there is none at the current position.
  private func endOfTag(_ closing: Unicode.Scalar, trims: Bool) -> Int? {
    let sign = sign(at: position)
    let start = position + (sign == nil || (sign == "+" && !trims) ? 0 : 1)
    guard scalar(start) == closing, scalar(start + 1) == "}" else { return nil }
    return trimmedEnd(start + 2, sign, trims: trims)
  }

  /// Where reading continues after a closing mark: `-` trims all white space, a tag without a sign one line break.
  private func trimmedEnd(_ end: Int, _ sign: Unicode.Scalar?, trims: Bool) -> Int {
    var end = end
    if sign == "-" {
      while let scalar = scalar(end), scalar.isPythonSpace { end += 1 }
    } else if sign == nil, trims, scalar(end) == "\n" {
      end += 1
    }
    return end
  }

  private mutating func skipComment(from tagLine: Int) throws {
    var end = position
    while end + 1 < source.count {
      if source[end] == "#", source[end + 1] == "}" {
        let sign = end > position ? sign(at: end - 1) : nil
        move(to: trimmedEnd(end + 2, sign, trims: true))
        return
      }
      end += 1
    }
    throw TemplateError(line: tagLine, "the comment that begins here has no end")
  }

  /// Reads `{% raw %} … {% endraw %}`; returns false if the tag whose opening mark has been read is another one.
  private mutating func readRaw(from tagLine: Int) throws -> Bool {
    guard let opened = endOfTag(named: "raw", from: position, trims: false) else { return false }
    let begin = move(to: opened)
    var end = begin
    isLineStart = begin > 0 && source[begin - 1] == "\n"
    while end + 1 < source.count {
      defer { end += 1 }
      guard source[end] == "{", source[end + 1] == "%" else { continue }
      let sign = sign(at: end + 2)
      guard let closed = endOfTag(named: "endraw", from: end + 2 + (sign == nil ? 0 : 1), trims: true) else { continue }
      add(.text(string(trimmed(begin..<end, sign, isOutput: false))))
      move(to: closed)
      return true
    }
    throw TemplateError(line: tagLine, "the tag 'raw' has no 'endraw'")
  }

  /// Where reading continues after a tag that is only a name, whose opening mark ends at a position; nil if there is no
  /// such tag.
  private func endOfTag(named name: String, from start: Int, trims: Bool) -> Int? {
    var end = start
    while let scalar = scalar(end), scalar.isPythonSpace { end += 1 }
    for expected in name.unicodeScalars {
      guard scalar(end) == expected else { return nil }
      end += 1
    }
    while let scalar = scalar(end), scalar.isPythonSpace { end += 1 }
    let sign = sign(at: end)
    if sign != nil { end += 1 }
    guard scalar(end) == "%", scalar(end + 1) == "}" else { return nil }
    return trimmedEnd(end + 2, sign, trims: trims)
  }

  /// The text before a tag, without the white space that the tag trims.
  private func trimmed(_ text: Range<Int>, _ sign: Unicode.Scalar?, isOutput: Bool) -> Range<Int> {
    var end = text.upperBound
    if sign == "-" {
      while end > text.lowerBound, source[end - 1].isPythonSpace { end -= 1 }
    } else if sign == nil, !isOutput {
      while end > text.lowerBound, source[end - 1].isPythonSpace, source[end - 1] != "\n" { end -= 1 }
      let beginsLine = end > text.lowerBound ? source[end - 1] == "\n" : isLineStart
      if !beginsLine { end = text.upperBound }
    }
    return text.lowerBound..<end
  }

  private func nextTag() -> Int? {
    var index = position
    while index + 1 < source.count {
      if source[index] == "{", source[index + 1] == "{" || source[index + 1] == "%" || source[index + 1] == "#" {
        return index
      }
      index += 1
    }
    return nil
  }

  private func sign(at index: Int) -> Unicode.Scalar? {
    let found = scalar(index)
    return found == "-" || found == "+" ? found : nil
  }

  func scalar(_ index: Int) -> Unicode.Scalar? { index >= 0 && index < source.count ? source[index] : nil }

  func string(_ range: Range<Int>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: source[range])
    return String(text)
  }

  mutating func add(_ kind: Token.Kind) { tokens.append(Token(kind: kind, line: line)) }

  /// Moves to a later position and counts lines.
  @discardableResult
  mutating func move(to end: Int) -> Int {
    for index in position..<max(position, end) where source[index] == "\n" { line += 1 }
    position = end
    return end
  }

  private mutating func skipSpace() {
    var end = position
    while let scalar = scalar(end), scalar.isPythonSpace { end += 1 }
    move(to: end)
  }
}
