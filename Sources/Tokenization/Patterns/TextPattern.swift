/// What a `Split` or `Replace` searches for: a literal text or a regular expression. The most common expressions have
/// hand-written scanners, which are much faster than ``RegexMatcher``.
enum TextPattern: Sendable {
  /// This text, byte for byte; never empty.
  case literal([UInt8])
  /// ``GPT2Words``.
  case gpt2
  /// ``Llama3Words`` with a limit for the digits in one word.
  case llama3(numberLimit: Int)
  /// Greedy runs of characters with any of these classes, each match between `minimum` and `maximum` characters long.
  case run(of: CharacterClass, minimum: Int, maximum: Int)
  /// `\w+|[^\w\s]+`.
  case wordsAndSymbols
  /// Any other regular expression.
  case regex(RegexProgram)

  /// The regular expressions that have scanners of their own.
  static let known: [(regex: String, pattern: TextPattern)] = [
    (#"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#, .gpt2),
    (#"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#, .gpt2),
    (llama3("(?i:'s|'t|'re|'ve|'m|'ll|'d)", #"\p{N}{1,3}"#), .llama3(numberLimit: 3)),
    (llama3("(?i:'s|'t|'re|'ve|'m|'ll|'d)", #"\p{N}"#), .llama3(numberLimit: 1)),
    (llama3("'(?i:[sdmt]|ll|ve|re)", #"\p{N}{1,3}"#), .llama3(numberLimit: 3)),
    (#"\p{N}{1,3}"#, .run(of: .number, minimum: 1, maximum: 3)),
    (#"\p{N}"#, .run(of: .number, minimum: 1, maximum: 1)),
    (#"\d{1,3}"#, .run(of: .decimal, minimum: 1, maximum: 3)),
    (#"\d"#, .run(of: .decimal, minimum: 1, maximum: 1)),
    ("[0-9][0-9][0-9]", .run(of: .asciiDigit, minimum: 3, maximum: 3)),
    ("[0-9]", .run(of: .asciiDigit, minimum: 1, maximum: 1)),
    (#"\s+"#, .run(of: .space, minimum: 1, maximum: .max)),
    (#"\s"#, .run(of: .space, minimum: 1, maximum: 1)),
    (" +", .run(of: .blank, minimum: 1, maximum: .max)),
    (" {2,}", .run(of: .blank, minimum: 2, maximum: .max)),
    (#"\w+|[^\w\s]+"#, .wordsAndSymbols),
  ]

  private static func llama3(_ contractions: String, _ numbers: String) -> String {
    contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|"# + numbers
      + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }

  /// Calls `body` with each segment of the text in order, and whether it is a match or lies between matches.
  @inline(__always)
  func forEachSegment(of text: Bytes, _ body: (Range<Int>, Bool) -> Void) {
    switch self {
    case .gpt2:
      let words = GPT2Words(text)
      var start = 0
      while start < text.count {
        let end = words.end(from: start)
        body(start..<end, true)
        start = end
      }
    case .llama3(let numberLimit):
      let words = Llama3Words(text, numberLimit: numberLimit)
      var start = 0
      while start < text.count {
        let end = words.end(from: start)
        body(start..<end, true)
        start = end
      }
    case .regex(let program):
      var start = 0
      var matcher = RegexMatcher(program, text)
      matcher.forEachMatch { match in
        if start < match.lowerBound { body(start..<match.lowerBound, false) }
        body(match, true)
        start = match.upperBound
      }
      if start < text.count { body(start..<text.count, false) }
    default:
      var start = 0
      while let match = nextMatch(in: text, from: start) {
        if start < match.lowerBound { body(start..<match.lowerBound, false) }
        body(match, true)
        start = match.upperBound
      }
      if start < text.count { body(start..<text.count, false) }
    }
  }

  private func nextMatch(in text: Bytes, from start: Int) -> Range<Int>? {
    switch self {
    case .literal(let literal):
      guard let first = literal.first else { return nil }
      var position = start
      while position + literal.count <= text.count {
        if text[position] == first, text[position..<position + literal.count].elementsEqual(literal) {
          return position..<position + literal.count
        }
        position += 1
      }
      return nil
    case .run(let classes, let minimum, let maximum):
      let reader = ClassReader(text)
      var position = reader.end(ofAllBut: classes, from: start)
      while position < text.count {
        var end = position
        var count = 0
        while count < maximum {
          let (found, length) = reader.read(end)
          if found.isDisjoint(with: classes) { break }
          end += length
          count += 1
        }
        if count >= minimum { return position..<end }
        position = reader.end(ofAllBut: classes, from: end)
      }
      return nil
    case .wordsAndSymbols:
      let reader = ClassReader(text)
      var position = start
      while position < text.count {
        let (found, length) = reader.read(position)
        if found.contains(.word) { return position..<reader.end(of: .word, from: position) }
        if !found.contains(.space) { return position..<reader.end(ofAllBut: [.word, .space], from: position) }
        position += length
      }
      return nil
    case .gpt2, .llama3, .regex:
      return nil
    }
  }
}
