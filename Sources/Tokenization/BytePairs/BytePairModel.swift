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
    /// The characters of a word, with a prefix in all but the first and a suffix in the last.
    case affixed(Affixes)
  }

  /// What marks the symbols of a word by their place in it.
  struct Affixes: Sendable {
    var prefix: [UInt8] = []
    var suffix: [UInt8] = []
  }

  /// Makes a model.
  ///
  /// - Parameter mergeResults: the tokens that merging produces.
  init(
    vocabulary: Vocabulary, merges: MergeTable, mergeResults: [Int32], unknown: UnknownCharacters,
    ignoresMerges: Bool, isByteLevel: Bool, affixes: Affixes = Affixes()
  ) {
    self.vocabulary = vocabulary
    self.merges = merges
    self.unknown = unknown
    self.ignoresMerges = ignoresMerges
    if !affixes.prefix.isEmpty || !affixes.suffix.isEmpty {
      symbols = .affixed(affixes)
    } else if isByteLevel {
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
    case .affixed:
      if ignoresMerges, word.count <= vocabulary.longestToken, let id = vocabulary.id(of: word) {
        return ids.append(id)
      }
      encodePart(word, &state, into: &ids)
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
    if case .bytes = symbols, ignoresMerges, let id = token(ofBytes: part) { return ids.append(id) }
    if part.count > Self.longWord, encodeInWindows(part, &state.buffer, into: &ids) { return }
    var symbols = SymbolReader(of: part, self)
    state.buffer.tokens.removeAll(keepingCapacity: true)
    symbols.read(upTo: .max, into: &state.buffer.tokens)
    state.buffer.mergeAll(by: merges)
    ids.append(contentsOf: state.buffer.tokens)
    // The storage that an extremely long word needed is not kept.
    if part.count > Self.longWord { state.buffer = MergeBuffer() }
  }

  /// The token that consists of exactly the bytes of a word, or nil.
  private func token(ofBytes word: Bytes) -> Int32? {
    guard word.count <= vocabulary.longestToken else { return nil }
    return ByteLevelAlphabet.text(of: word).withUnsafeBufferPointer { vocabulary.id(of: $0) }
  }
}
