/// WordPiece (Schuster and Nakajima, 2012), as BERT encodes with it: the longest piece first, from the left; pieces after
/// the first have a prefix. A word that cannot be covered becomes one unknown token.
///
/// A model of whole words is the same with words of any length and no pieces after the first.
final class WordPieceModel: Sendable {
  let vocabulary: Vocabulary
  private let unknown: Int32
  /// The prefix of pieces that continue a word; nil if words are not split.
  private let prefix: [UInt8]?
  /// Words with more characters are unknown.
  private let longestWord: Int

  init(vocabulary: Vocabulary, unknown: Int32, prefix: [UInt8]?, longestWord: Int) {
    self.vocabulary = vocabulary
    self.unknown = unknown
    self.prefix = prefix
    self.longestWord = longestWord
  }

  /// Appends the ids of a word.
  func encode(_ word: Bytes, _ state: inout EncodingState, into ids: inout [Int32]) {
    guard let prefix else { return ids.append(id(of: word[...]) ?? unknown) }
    state.encode(word, into: &ids) { encode($0, prefix, into: &$1) }
  }

  private func encode(_ word: Bytes, _ prefix: [UInt8], into ids: inout [Int32]) {
    let count = word.lazy.filter { $0 & 0xC0 != 0x80 }.count
    guard count <= longestWord else { return ids.append(unknown) }
    let first = ids.count
    var piece: [UInt8] = []
    var start = 0
    while start < word.count {
      var end = min(word.count, start + vocabulary.longestToken)
      while end < word.count, end > start, word[end] & 0xC0 == 0x80 { end -= 1 }
      var found: Int32?
      while end > start {
        piece.removeAll(keepingCapacity: true)
        if start > 0 { piece.append(contentsOf: prefix) }
        piece.append(contentsOf: word[start..<end])
        found = piece.withUnsafeBufferPointer { vocabulary.id(of: $0) }
        if found != nil { break }
        end -= scalarBefore(end, in: word)?.length ?? 1
      }
      guard let found else {
        ids.removeLast(ids.count - first)
        return ids.append(unknown)
      }
      ids.append(found)
      start = end
    }
  }

  private func id(of text: Slice<Bytes>) -> Int32? {
    text.count <= vocabulary.longestToken ? vocabulary.id(of: Bytes(rebasing: text)) : nil
  }
}
