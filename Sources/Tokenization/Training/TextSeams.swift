/// Finds positions, called seams, where a text can be split in two without changing its words.
///
/// A seam is before the white space that precedes a word. GPT-2's pattern gives the last character of a run of white space
/// to the following word (`\s+(?!\S)`), so the rest of the run is the same word as at the end of a text.
struct TextSeams {
  private let specialTokens: [[UInt8]]

  init(specialTokens: [String]) { self.specialTokens = specialTokens.map { Array($0.utf8) } }

  /// The number of bytes after a seam that must be known.
  var margin: Int { 8 + (specialTokens.map(\.count).max() ?? 0) }

  /// The last seam at or after `start` in a text of which only the beginning is known; nil if there is none.
  ///
  /// - Parameter text: UTF-8 that begins at a seam or at the beginning. It may end in the middle of a character.
  func last(in text: Bytes, from start: Int) -> Int? {
    var position = text.count - margin
    while position >= max(1, start) {
      if isSeam(position, in: text) { return position }
      position -= 1
    }
    return nil
  }

  private func isSeam(_ position: Int, in text: Bytes) -> Bool {
    // White space of one byte: space, tab, line feed, carriage return.
    guard [0x20, 0x09, 0x0A, 0x0D].contains(text[position]), let before = scalarBefore(position, in: text) else {
      return false
    }
    let next = CharacterClass(decodedScalar(text, at: position + 1).value)
    // Digits can be words of their own, and special tokens are. A run of white space before one of them ends there.
    let isAlone = !CharacterClass(before.value).contains(.space)
    guard isAlone ? !next.contains(.space) : next.contains(.letter) else { return false }
    return specialTokens.allSatisfy { !touches($0, position, in: text) }
  }

  /// Whether a special token spans the position or begins right after the white space there.
  private func touches(_ token: [UInt8], _ position: Int, in text: Bytes) -> Bool {
    (max(0, position + 1 - token.count)...position + 1).contains { start in
      start + token.count <= text.count && token.indices.allSatisfy { text[start + $0] == token[$0] }
    }
  }
}
