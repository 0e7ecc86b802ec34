/// One step of turning tokens into text.
///
/// The steps have the meanings and the names that Hugging Face's tokenizers gives them.
enum DecodingStep: Sendable {
  /// Turns the characters of ``ByteLevelAlphabet`` into bytes and joins all tokens.
  case byteLevel
  /// Turns tokens such as `<0x0A>` into bytes. In a run of them that is not UTF-8, each becomes U+FFFD.
  case byteFallback
  /// Joins all tokens.
  case fuse
  /// Removes up to `start` copies of a character from the beginning of each token and up to `stop` from its end.
  case strip([UInt8], start: Int, stop: Int)
  /// Replaces each match of a pattern.
  case replace(TextPattern, [UInt8])
  /// Turns the replacement character into a space. In the first token it is removed if encoding put one before the text.
  case metaspace([UInt8], dropsFirst: Bool)
  /// Removes the prefix of tokens that continue a word, and puts a space before the others. `cleansUp`: also removes the
  /// space before punctuation and English contractions.
  case wordPiece(prefix: [UInt8], cleansUp: Bool)
  /// Turns the suffix of tokens that end a word into a space, except in the last token.
  case wordEnd(suffix: [UInt8])
}

/// Turns tokens into text.
struct Decoder: Sendable {
  /// The steps in order; nil if the file has none, in which case tokens are joined with spaces.
  var steps: [DecodingStep]?

  func text(of tokens: TokenPieces) -> String {
    guard let steps else { return tokens.joined(separator: " ") }
    return steps.reduce(tokens) { $1.apply($0) }.joined(separator: "")
  }
}

/// The texts of tokens, one after another in one buffer.
struct TokenPieces {
  private(set) var bytes: [UInt8] = []
  private var ends: [Int] = []

  var count: Int { ends.count }

  mutating func append(_ piece: some Sequence<UInt8>) {
    bytes.append(contentsOf: piece)
    ends.append(bytes.count)
  }

  /// Calls `body` with each piece.
  func forEach(_ body: (Bytes) -> Void) {
    bytes.withUnsafeBufferPointer { bytes in
      var start = 0
      for end in ends {
        body(Bytes(rebasing: bytes[start..<end]))
        start = end
      }
    }
  }

  func joined(separator: String) -> String {
    if separator.isEmpty { return String(decoding: bytes, as: UTF8.self) }
    var joined: [UInt8] = []
    var isFirst = true
    forEach { piece in
      if !isFirst { joined.append(contentsOf: separator.utf8) }
      isFirst = false
      joined.append(contentsOf: piece)
    }
    return String(decoding: joined, as: UTF8.self)
  }
}

extension DecodingStep {
  /// Applies the step; out of line, since inlining it into a loop over steps makes the module much slower to compile.
  @inline(never)
  fileprivate func apply(_ pieces: TokenPieces) -> TokenPieces {
    var result = TokenPieces()
    switch self {
    case .byteLevel:
      var bytes: [UInt8] = []
      bytes.reserveCapacity(pieces.bytes.count)
      pieces.forEach { if !ByteLevelAlphabet.appendDecoded($0, to: &bytes) { bytes.append(contentsOf: $0) } }
      result.append(String(decoding: bytes, as: UTF8.self).utf8)
    case .byteFallback:
      var pending: [UInt8] = []
      pieces.forEach { piece in
        if let byte = byte(ofToken: piece) { return pending.append(byte) }
        result.append(run: &pending)
        result.append(piece)
      }
      result.append(run: &pending)
    case .fuse: result.append(pieces.bytes)
    case .strip(let character, let start, let stop):
      pieces.forEach { result.append(stripped($0, character, start, stop)) }
    case .replace(let pattern, let content):
      let step = NormalizationStep.replace(pattern, content)
      pieces.forEach { result.append(step.apply(Array($0))) }
    case .metaspace(let replacement, let dropsFirst):
      let space = NormalizationStep.replace(.literal(replacement), [UInt8(ascii: " ")])
      let nothing = NormalizationStep.replace(.literal(replacement), [])
      pieces.forEach { result.append((result.count == 0 && dropsFirst ? nothing : space).apply(Array($0))) }
    case .wordPiece(let prefix, let cleansUp):
      pieces.forEach { result.append(wordPiece($0, prefix, isFirst: result.count == 0, cleansUp: cleansUp)) }
    case .wordEnd(let suffix):
      pieces.forEach { piece in
        let isLast = result.count + 1 == pieces.count
        result.append(
          NormalizationStep.replace(.literal(suffix), isLast ? [] : [UInt8(ascii: " ")]).apply(Array(piece)))
      }
    }
    return result
  }

  private func wordPiece(_ piece: Bytes, _ prefix: [UInt8], isFirst: Bool, cleansUp: Bool) -> [UInt8] {
    var text = Array(piece)
    if !isFirst {
      if text.starts(with: prefix) { text.removeFirst(prefix.count) } else { text.insert(UInt8(ascii: " "), at: 0) }
    }
    guard cleansUp else { return text }
    for (found, replacement) in Self.cleanups { text = NormalizationStep.replace(found, replacement).apply(text) }
    return text
  }

  /// Source: `cleanup` in tokenizers' `decoders/wordpiece.rs`.
  private static let cleanups: [(TextPattern, [UInt8])] = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
    (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
  ].map { (.literal(Array($0.utf8)), Array($1.utf8)) }

  private func stripped(_ piece: Bytes, _ character: [UInt8], _ start: Int, _ stop: Int) -> Slice<Bytes> {
    var rest = piece[...]
    var count = 0
    while count < start, rest.starts(with: character) {
      rest = rest.dropFirst(character.count)
      count += 1
    }
    count = 0
    while count < stop, rest.count >= character.count, rest.suffix(character.count).elementsEqual(character) {
      rest = rest.dropLast(character.count)
      count += 1
    }
    return rest
  }

  /// The byte that a token such as `<0x0A>` stands for, or nil.
  private func byte(ofToken token: Bytes) -> UInt8? {
    guard token.count == 6, token.starts(with: "<0x".utf8), token[5] == UInt8(ascii: ">") else { return nil }
    return UInt8(String(decoding: token[3..<5], as: UTF8.self), radix: 16)
  }
}

extension TokenPieces {
  /// Appends a run of bytes as text and empties the run.
  fileprivate mutating func append(run: inout [UInt8]) {
    guard !run.isEmpty else { return }
    if String(validating: run, as: UTF8.self) != nil {
      append(run)
    } else {
      for _ in run { append("\u{FFFD}".utf8) }
    }
    run.removeAll()
  }
}
