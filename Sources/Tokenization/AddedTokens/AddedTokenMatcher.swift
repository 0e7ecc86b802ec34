/// Finds added tokens in a text: the leftmost match, and the longest of those at the same position.
struct AddedTokenMatcher: Sendable {
  private let tokens: [AddedToken]
  /// For each byte, whether a token begins with it.
  private var begins = [Bool](repeating: false, count: 256)
  /// A trie: the child for a node and a byte. Node 0 is the root.
  private var children: [UInt64: Int32] = [:]
  /// The token that ends at each node, -1 if none does.
  private var ends: [Int32] = [-1]

  /// - Parameter patterns: tokens with the bytes to search for. If two have the same bytes, the first one wins.
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

  /// Calls `body` with each part of a text in order: the range of a token with its id, or of text between tokens with nil.
  func forEachPart(of text: Bytes, _ body: (Range<Int>, Int32?) -> Void) {
    guard !children.isEmpty else { return body(0..<text.count, nil) }
    // The end of what `body` has received.
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

/// Finds the ends of runs of white space. A run is scanned only once, even if several tokens in a row need its end.
private struct SpaceRuns {
  private let text: Bytes
  private var known = 0..<0

  init(_ text: Bytes) { self.text = text }

  /// The end of the white space that starts at a position.
  mutating func end(from position: Int) -> Int {
    if known.contains(position) { return known.upperBound }
    let end = ClassReader(text).end(of: .space, from: position)
    known = position..<end
    return end
  }

  /// The start of the white space that ends at a position, but not before a limit.
  func start(before position: Int, notBefore limit: Int) -> Int {
    var start = position
    while start > limit, let last = scalarBefore(start, in: text), CharacterClass(last.value).contains(.space) {
      start -= last.length
    }
    return max(start, limit)
  }
}
