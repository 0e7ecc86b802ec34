/// A token that stands beside the model's vocabulary and is found in a text before all else.
struct AddedToken: Sendable {
  let id: Int32
  let content: String
  /// Matches only where no letter, digit or the like stands beside it.
  var isSingleWord = false
  /// Takes the white space before it along.
  var stripsLeft = false
  /// Takes the white space behind it along.
  var stripsRight = false
  /// Is looked for in the normalized text rather than in the text as it came.
  var isNormalized = false
  /// Is left out when ids become text.
  var isSpecial = false
}

/// The added tokens of a tokenizer.
struct AddedTokens: Sendable {
  let tokens: [AddedToken]
  /// What each token is when ids become text, and whether it may be left out there.
  ///
  /// As in tokenizers 0.23, a token that is looked for in the normalized text comes back as it stands there (`▁<s>`),
  /// and is then not known as special.
  private let decoded: [(bytes: [UInt8], isSpecial: Bool)]
  /// Finds the tokens that are looked for before normalization.
  let raw: AddedTokenMatcher
  /// Finds the tokens that are looked for behind it.
  let normalized: AddedTokenMatcher
  private let numbers: [Int32: Int]
  private let table: ByteStringTable

  /// - Parameter tokens: no two with the same content or id.
  init(_ tokens: [AddedToken], normalizer: Normalizer) {
    self.tokens = tokens
    numbers = Dictionary(tokens.enumerated().map { ($1.id, $0) }) { first, _ in first }
    var table = ByteStringTable(capacity: tokens.count)
    for token in tokens { _ = token.content.withBytes { table.insert($0) } }
    self.table = table
    decoded = tokens.map { token in
      let content = Array(token.content.utf8)
      let bytes = token.isNormalized ? normalizer.apply(content) : content
      return (bytes, token.isSpecial && bytes == content)
    }
    // As in tokenizers, special tokens win where two look the same after normalization.
    let ordered = tokens.filter(\.isSpecial) + tokens.filter { !$0.isSpecial }
    raw = AddedTokenMatcher(ordered.filter { !$0.isNormalized }.map { ($0, Array($0.content.utf8)) })
    normalized = AddedTokenMatcher(
      ordered.filter(\.isNormalized).map { ($0, normalizer.apply(Array($0.content.utf8))) })
  }

  /// The added token of an id, or nil.
  func token(of id: Int32) -> AddedToken? { numbers[id].map { tokens[$0] } }

  /// What an added token is when ids become text, and whether it may be left out there; nil for other ids.
  func decodedToken(of id: Int32) -> (bytes: [UInt8], isSpecial: Bool)? { numbers[id].map { decoded[$0] } }

  /// The id of an added token, or nil.
  func id(of content: String) -> Int32? { content.withBytes { table.find($0) }.map { tokens[$0].id } }

  /// The largest id plus one.
  var size: Int { (tokens.map { Int($0.id) }.max() ?? -1) + 1 }
}

/// Finds added tokens in a text: leftmost first, the longest among those.
struct AddedTokenMatcher: Sendable {
  private let tokens: [AddedToken]
  /// Whether a token begins with a byte.
  private var begins = [Bool](repeating: false, count: 256)
  /// A trie: node and byte to node. Node 0 is the root.
  private var children: [UInt64: Int32] = [:]
  /// The token that ends at each node, -1 where none does.
  private var ends: [Int32] = [-1]

  /// - Parameter patterns: tokens and what they look like; the first wins where two look the same.
  init(_ patterns: [(token: AddedToken, bytes: [UInt8])]) {
    tokens = patterns.map(\.token)
    for (number, pattern) in patterns.enumerated() {
      guard let first = pattern.bytes.first else { continue }
      begins[Int(first)] = true
      var node: Int32 = 0
      for byte in pattern.bytes {
        let key = Self.key(node, byte)
        if let child = children[key] {
          node = child
        } else {
          node = Int32(truncatingIfNeeded: ends.count)
          children[key] = node
          ends.append(-1)
        }
      }
      if ends[Int(node)] < 0 { ends[Int(node)] = Int32(truncatingIfNeeded: number) }
    }
  }

  /// Calls `body` with each part of a text in order: a token's id, or the text between tokens.
  func forEachPart(of text: Bytes, _ body: (Range<Int>, Int32?) -> Void) {
    guard !children.isEmpty else { return body(0..<text.count, nil) }
    // Behind everything that has been given to `body`.
    var done = 0
    var position = 0
    var space = SpaceRuns(text)
    while let match = nextMatch(in: text, from: position) {
      position = match.range.upperBound
      let token = match.token
      if token.isSingleWord, touchesWord(match.range, in: text) { continue }
      var start = match.range.lowerBound
      if token.stripsLeft { start = space.start(before: start, notBefore: done) }
      if done < start { body(done..<start, nil) }
      body(match.range, token.id)
      done = token.stripsRight ? space.end(from: position) : position
    }
    if done < text.count { body(done..<text.count, nil) }
  }

  private func nextMatch(in text: Bytes, from start: Int) -> (range: Range<Int>, token: AddedToken)? {
    begins.withUnsafeBufferPointer { begins in
      var position = start
      while position < text.count {
        if begins[Int(text[position])], let (end, number) = longestMatch(in: text, at: position) {
          return (position..<end, tokens[number])
        }
        position += 1
      }
      return nil
    }
  }

  private func longestMatch(in text: Bytes, at start: Int) -> (end: Int, token: Int)? {
    var node: Int32 = 0
    var longest: (end: Int, token: Int)?
    var position = start
    while position < text.count, let child = children[Self.key(node, text[position])] {
      node = child
      position += 1
      if ends[Int(node)] >= 0 { longest = (position, Int(ends[Int(node)])) }
    }
    return longest
  }

  private func touchesWord(_ range: Range<Int>, in text: Bytes) -> Bool {
    if let before = scalarBefore(range.lowerBound, in: text), CharacterClass(before.value).contains(.word) {
      return true
    }
    return ClassReader(text).read(range.upperBound).class.contains(.word)
  }

  private static func key(_ node: Int32, _ byte: UInt8) -> UInt64 {
    UInt64(UInt32(bitPattern: node)) << 8 | UInt64(byte)
  }
}

/// Runs of white space in a text; each is walked through once, however often it is asked for.
private struct SpaceRuns {
  private let text: Bytes
  private var known = 0..<0

  init(_ text: Bytes) { self.text = text }

  /// Where the white space ends that begins at a position.
  mutating func end(from position: Int) -> Int {
    if known.contains(position) { return known.upperBound }
    let end = ClassReader(text).end(of: .space, from: position)
    known = position..<end
    return end
  }

  /// Where the white space begins that ends at a position, but no earlier than a limit.
  func start(before position: Int, notBefore limit: Int) -> Int {
    var start = position
    while start > limit, let last = scalarBefore(start, in: text), CharacterClass(last.value).contains(.space) {
      start -= last.length
    }
    return max(start, limit)
  }
}
