/// Splits a normalized text into the words that the model encodes one by one.
struct PreTokenizer: Sendable {
  /// One step; each splits the pieces from the step before it.
  enum Step: Sendable {
    case split(TextPattern, SplitBehavior, invert: Bool)
    /// Puts a space before a piece that does not begin with one.
    case prefixSpace
    /// Writes the bytes of a piece as characters of ``ByteLevelAlphabet``, for the steps after it.
    case byteCharacters
    /// Replaces spaces with `replacement` and, if `splits` is true, splits before each.
    case metaspace(replacement: [UInt8], prepend: PrependScheme, splits: Bool)
  }

  /// The pieces that `Metaspace` puts its replacement before.
  enum PrependScheme: String, Sendable, CaseIterable {
    case always
    case first
    case never
  }

  var steps: [Step] = []
  /// Whether words are encoded as bytes, in the alphabet of ``ByteLevelAlphabet``.
  var isByteLevel = false

  /// Calls `body` with each word.
  ///
  /// - Parameter isFirst: whether the text is at the beginning of the input.
  func forEachWord(of text: Bytes, isFirst: Bool, _ body: (Bytes) -> Void) {
    run(step: 0, text, isFirst: isFirst, body)
  }

  private func run(step: Int, _ text: Bytes, isFirst: Bool, _ body: (Bytes) -> Void) {
    guard !text.isEmpty else { return }
    guard step < steps.count else { return body(text) }
    switch steps[step] {
    case .split(let pattern, let behavior, let invert):
      let isLast = step + 1 == steps.count
      pattern.split(text, behavior, invert: invert) { range in
        let piece = Bytes(rebasing: text[range])
        if isLast {
          if !piece.isEmpty { body(piece) }
        } else {
          run(step: step + 1, piece, isFirst: isFirst && range.lowerBound == 0, body)
        }
      }
    case .prefixSpace:
      if text[0] == UInt8(ascii: " ") { return run(step: step + 1, text, isFirst: isFirst, body) }
      let prefixed = [UInt8(ascii: " ")] + text
      prefixed.withUnsafeBufferPointer { run(step: step + 1, $0, isFirst: isFirst, body) }
    case .byteCharacters:
      ByteLevelAlphabet.text(of: text).withUnsafeBufferPointer { run(step: step + 1, $0, isFirst: isFirst, body) }
    case .metaspace(let replacement, let prepend, let splits):
      var replaced: [UInt8] = []
      replaced.reserveCapacity(text.count + text.count / 2)
      for byte in text {
        if byte == UInt8(ascii: " ") { replaced.append(contentsOf: replacement) } else { replaced.append(byte) }
      }
      if prepend == .always || (prepend == .first && isFirst), !replaced.starts(with: replacement) {
        replaced.insert(contentsOf: replacement, at: 0)
      }
      replaced.withUnsafeBufferPointer { replaced in
        guard splits else { return run(step: step + 1, replaced, isFirst: isFirst, body) }
        TextPattern.literal(replacement).split(replaced, .mergedWithNext, invert: false) { range in
          let piece = Bytes(rebasing: replaced[range])
          run(step: step + 1, piece, isFirst: isFirst && range.lowerBound == 0, body)
        }
      }
    }
  }
}
