/// Byte-pair encoding (Sennrich et al., 2016, section 3.2) in the two forms that models use: over bytes, and over
/// characters with bytes as a fallback.
///
/// It is a class so that encoding a word does no reference counting for the tables.
final class BytePairModel: Sendable {
  let vocabulary: Vocabulary
  let merges: MergeTable
  /// The encoding of characters that are not in the vocabulary.
  let unknown: UnknownCharacters
  /// Whether a word that is in the vocabulary becomes that token without merging.
  let ignoresMerges: Bool
  /// The symbols that a word consists of before merging.
  let symbols: Symbols

  /// The encoding of characters that are not in the vocabulary.
  struct UnknownCharacters: Sendable {
    /// The unknown token; without one the character disappears, as in tokenizers.
    var token: Int32?
    /// Whether adjacent unknown characters become one token.
    var fuses = false
    /// The tokens `<0x00>` … `<0xFF>`, -1 for a missing one; nil if the model does not fall back to bytes.
    var bytes: [Int32]?
  }

  /// The symbols that a word consists of before merging.
  enum Symbols: Sendable {
    /// The token of each byte, -1 if there is none.
    case bytes([Int32])
    /// The tokens of single characters, and between which characters a text must not be split.
    case characters(CharacterTokens, NeighborSet)
  }

  /// Makes a model.
  ///
  /// - Parameter mergeResults: the tokens that merging produces.
  init(
    vocabulary: Vocabulary, merges: MergeTable, mergeResults: [Int32], unknown: UnknownCharacters,
    ignoresMerges: Bool, isByteLevel: Bool
  ) {
    self.vocabulary = vocabulary
    self.merges = merges
    self.unknown = unknown
    self.ignoresMerges = ignoresMerges
    if isByteLevel {
      symbols = .bytes(
        (0..<256).map { byte in
          ByteLevelAlphabet.text(of: [UInt8(byte)]).withUnsafeBufferPointer { vocabulary.id(of: $0) } ?? -1
        })
    } else {
      var characters = CharacterTokens()
      vocabulary.forEach { characters.insert($0, id: $1) }
      var neighbors = NeighborSet()
      for id in mergeResults { vocabulary.withToken(of: id) { neighbors.insert(neighborsIn: $0) } }
      symbols = .characters(characters, neighbors)
    }
  }

  /// Appends the ids of a word.
  @inline(__always)
  func encode(_ word: Bytes, _ state: inout EncodingState, into ids: inout [Int32]) {
    switch symbols {
    case .bytes: encodePart(word, &state, into: &ids)
    case .characters(let characters, let neighbors):
      if ignoresMerges, word.count <= vocabulary.longestToken, let id = vocabulary.id(of: word) {
        return ids.append(id)
      }
      forEachPart(of: word, characters, neighbors) { encodePart($0, &state, into: &ids) }
    }
  }

  /// Splits a word between characters that no merge can join.
  private func forEachPart(
    of word: Bytes, _ characters: CharacterTokens, _ neighbors: NeighborSet, _ body: (Bytes) -> Void
  ) {
    var start = 0
    var position = 0
    // Unknown characters stay with their neighbors: they can fuse, and their order depends on what follows.
    var previous: Int32 = -1
    while position < word.count {
      let (value, length) = decodedScalar(word, at: position)
      let scalar = characters.token(of: value) >= 0 ? Int32(bitPattern: value) : -1
      if scalar >= 0, previous >= 0, !neighbors.contains(previous, scalar) {
        body(Bytes(rebasing: word[start..<position]))
        start = position
      }
      previous = scalar
      position += length
    }
    if start < word.count { body(Bytes(rebasing: word[start...])) }
  }

  @inline(__always)
  private func encodePart(_ part: Bytes, _ state: inout EncodingState, into ids: inout [Int32]) {
    guard part.count <= WordCache.longestWord else { return encodeUncached(part, &state, into: &ids) }
    let hash = byteHash(part)
    if state.cache.append(part, hash: hash, to: &ids) { return }
    let start = ids.count
    encodeUncached(part, &state, into: &ids)
    state.cache.insert(part, hash: hash, ids: ids[start...])
  }

  @inline(never)
  private func encodeUncached(_ part: Bytes, _ state: inout EncodingState, into ids: inout [Int32]) {
    state.buffer.tokens.removeAll(keepingCapacity: true)
    switch symbols {
    case .bytes(let tokens):
      if ignoresMerges, let id = token(ofBytes: part) { return ids.append(id) }
      appendSymbols(of: part, tokens, to: &state.buffer.tokens)
    case .characters(let characters, _): appendSymbols(of: part, characters, to: &state.buffer.tokens)
    }
    state.buffer.mergeAll(by: merges)
    ids.append(contentsOf: state.buffer.tokens)
  }

  /// The token that consists of exactly the bytes of a word, or nil.
  private func token(ofBytes word: Bytes) -> Int32? {
    guard word.count <= vocabulary.longestToken else { return nil }
    return ByteLevelAlphabet.text(of: word).withUnsafeBufferPointer { vocabulary.id(of: $0) }
  }

  private func appendSymbols(of word: Bytes, _ tokens: [Int32], to symbols: inout [Int32]) {
    var run = UnknownRun(unknown)
    for byte in word {
      let token = tokens[Int(byte)]
      if token >= 0 {
        run.end(&symbols)
        symbols.append(token)
      } else {
        run.extend(&symbols)
      }
    }
    run.end(&symbols)
  }

  private func appendSymbols(of word: Bytes, _ characters: CharacterTokens, to symbols: inout [Int32]) {
    var run = UnknownRun(unknown)
    var position = 0
    while position < word.count {
      let (value, length) = decodedScalar(word, at: position)
      let token = characters.token(of: value)
      if token >= 0 {
        run.end(&symbols)
        symbols.append(token)
      } else if let bytes = unknown.bytes,
        word[position..<position + length].allSatisfy({ bytes[Int($0)] >= 0 })
      {
        for byte in word[position..<position + length] { symbols.append(bytes[Int(byte)]) }
      } else {
        run.extend(&symbols)
      }
      position += length
    }
    run.end(&symbols)
  }
}

/// A run of unknown characters whose token has not been written yet.
///
/// As in tokenizers, the token is written before the next known character or at the end of the word, so that it follows
/// any byte tokens in between.
private struct UnknownRun {
  private let characters: BytePairModel.UnknownCharacters
  private var isOpen = false

  init(_ characters: BytePairModel.UnknownCharacters) { self.characters = characters }

  mutating func extend(_ symbols: inout [Int32]) {
    guard let token = characters.token else { return }
    if isOpen, !characters.fuses { symbols.append(token) }
    isOpen = true
  }

  mutating func end(_ symbols: inout [Int32]) {
    guard isOpen, let token = characters.token else { return }
    symbols.append(token)
    isOpen = false
  }
}
