/// A unigram language model (Kudo, 2018, section 3.2): of all ways to split a word into pieces it takes the one whose
/// scores have the highest sum.
final class UnigramModel: Sendable {
  let vocabulary: Vocabulary
  private let scores: [Double]
  private let trie: PieceTrie
  /// The id of characters that are not in the vocabulary. Adjacent ones become one token.
  private let unknown: Int32
  private let unknownScore: Double
  /// The tokens `<0x00>` … `<0xFF>`, -1 for a missing one; nil if the model does not fall back to bytes.
  private let bytes: [Int32]?

  /// How much lower than the lowest score of a piece the score of an unknown character is (tokenizers' `K_UNK_PENALTY`).
  private static let unknownPenalty = 10.0

  /// Makes a model.
  ///
  /// - Parameters:
  ///   - scores: the score of each id.
  ///   - isMatched: whether the piece of an id is found in a text.
  init(
    vocabulary: Vocabulary, scores: [Double], unknown: Int32, bytes: [Int32]?, isMatched: (Int) -> Bool = { _ in true }
  ) {
    self.vocabulary = vocabulary
    self.scores = scores
    self.unknown = unknown
    self.bytes = bytes
    var pieces: [(bytes: [UInt8], id: Int32)] = []
    vocabulary.forEach { if isMatched(Int($1)) { pieces.append((Array($0), $1)) } }
    trie = PieceTrie(pieces)
    unknownScore = (scores.min() ?? 0) - Self.unknownPenalty
  }

  /// Appends the ids of a word.
  func encode(_ word: Bytes, _ state: inout EncodingState, into ids: inout [Int32]) {
    state.encode(word, into: &ids, uncached: encode)
  }

  private func encode(_ word: Bytes, into ids: inout [Int32]) {
    var lattice = UnigramLattice()
    var run = UnknownPieces()
    var position = 0
    while position < word.count {
      if lattice.isLarge { lattice.settle(before: position) { append($0, word, &run, to: &ids) } }
      let length = decodedScalar(word, at: position).length
      var coversCharacter = false
      trie.forEachPrefix(of: word, from: position) { id, count in
        lattice.offer(id, from: position, to: position + count, score: scores[Int(id)])
        if count == length { coversCharacter = true }
      }
      if !coversCharacter { lattice.offer(unknown, from: position, to: position + length, score: unknownScore) }
      position += length
    }
    lattice.finish(at: word.count) { append($0, word, &run, to: &ids) }
    close(&run, word, to: &ids)
  }

  private func append(_ piece: UnigramLattice.Piece, _ word: Bytes, _ run: inout UnknownPieces, to ids: inout [Int32]) {
    if piece.id == unknown { return run.extend(piece.range) }
    close(&run, word, to: &ids)
    ids.append(piece.id)
  }

  /// Appends the token of a run of unknown characters, or those of its bytes.
  private func close(_ run: inout UnknownPieces, _ word: Bytes, to ids: inout [Int32]) {
    guard let range = run.range else { return }
    run.range = nil
    let text = Bytes(rebasing: word[range])
    if text.count <= vocabulary.longestToken, let id = vocabulary.id(of: text) {
      ids.append(id)
    } else if let bytes, text.allSatisfy({ bytes[Int($0)] >= 0 }) {
      for byte in text { ids.append(bytes[Int(byte)]) }
    } else {
      ids.append(unknown)
    }
  }
}

/// The adjacent unknown characters whose token has not been written yet.
private struct UnknownPieces {
  var range: Range<Int>?

  mutating func extend(_ more: Range<Int>) { range = (range?.lowerBound ?? more.lowerBound)..<more.upperBound }
}
