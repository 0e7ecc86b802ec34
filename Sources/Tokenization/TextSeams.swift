/// Where a text may be cut in two so that both parts together hold the words of the whole.
///
/// That is before the white space in front of a word: of a run of white space the words of GPT-2 give the last character
/// to what follows (`\s+(?!\S)`), so that the run before the seam stays the same word at a text's end.
struct TextSeams {
  private let specialTokens: [[UInt8]]

  init(specialTokens: [String]) { self.specialTokens = specialTokens.map { Array($0.utf8) } }

  /// How many bytes behind a seam must be known.
  var margin: Int { 8 + (specialTokens.map(\.count).max() ?? 0) }

  /// The last seam at a position from `start` on, as far as the text is known; nil where there is none.
  ///
  /// - Parameter text: UTF-8 from a seam or the beginning on, perhaps cut off in the middle of a character.
  func last(in text: Bytes, from start: Int) -> Int? {
    var position = text.count - margin
    while position >= max(1, start) {
      if isSeam(position, in: text) { return position }
      position -= 1
    }
    return nil
  }

  private func isSeam(_ position: Int, in text: Bytes) -> Bool {
    // One byte of white space: blank, tabulator, line feed, carriage return.
    guard [0x20, 0x09, 0x0A, 0x0D].contains(text[position]), let before = scalarBefore(position, in: text) else {
      return false
    }
    let next = CharacterClass(decodedScalar(text, at: position + 1).value)
    // Digits may be cut off as words of their own, and special tokens: then a run in front of them ends at them.
    let isAlone = !CharacterClass(before.value).contains(.space)
    guard isAlone ? !next.contains(.space) : next.contains(.letter) else { return false }
    return specialTokens.allSatisfy { !touches($0, position, in: text) }
  }

  /// Whether a special token goes over the position, or begins behind the white space there.
  private func touches(_ token: [UInt8], _ position: Int, in text: Bytes) -> Bool {
    (max(0, position + 1 - token.count)...position + 1).contains { start in
      start + token.count <= text.count && token.indices.allSatisfy { text[start + $0] == token[$0] }
    }
  }
}
