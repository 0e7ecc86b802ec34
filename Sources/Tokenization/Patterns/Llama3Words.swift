/// A hand-written scanner for the word pattern of Llama 3 and Qwen2:
/// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
/// with `\p{N}` in place of `\p{N}{1,3}` for Qwen2.
///
/// The pattern matches at every position, so it splits a text into words without gaps.
/// Source: the `tokenizer.json` of both, and OpenAI's tiktoken (`cl100k_base`).
struct Llama3Words {
  private let reader: ClassReader
  private let numberLimit: Int

  /// Makes a scanner for a text.
  ///
  /// - Parameter numberLimit: the largest number of digits in one word.
  init(_ text: Bytes, numberLimit: Int) {
    reader = ClassReader(text)
    self.numberLimit = numberLimit
  }

  /// The end of the word that starts at a position, which must be before the end of the text.
  @inline(__always)
  func end(from start: Int) -> Int {
    let text = reader.text
    if text[start] == UInt8(ascii: "'"), let end = contractionEnd(from: start) { return end }
    let (first, length) = reader.read(start)
    let second = start + length
    if first.contains(.letter) { return reader.end(of: .letter, from: second) }
    if first.contains(.number) { return numberEnd(from: second) }
    let (next, nextLength) = reader.read(second)
    if next.contains(.letter), !first.contains(.newline) {
      return reader.end(of: .letter, from: second + nextLength)
    }
    let word: CharacterClass = [.space, .letter, .number]
    if first.contains(.space) {
      guard text[start] == UInt8(ascii: " "), nextLength > 0, next.isDisjoint(with: word) else {
        return spaceEnd(from: start)
      }
    }
    return reader.end(of: .newline, from: reader.end(ofAllBut: word, from: second))
  }

  private func numberEnd(from second: Int) -> Int {
    var position = second
    for _ in 1..<numberLimit {
      let (found, length) = reader.read(position)
      guard found.contains(.number) else { break }
      position += length
    }
    return position
  }

  /// `\s*[\r\n]+|\s+(?!\S)|\s+`: a run of white space ends after its last line break. Without a line break it leaves its
  /// last character to the following word.
  private func spaceEnd(from start: Int) -> Int {
    let text = reader.text
    let end = reader.end(of: .space, from: start)
    if let lineBreak = text[start..<end].lastIndex(where: { $0 == 0x0A || $0 == 0x0D }) { return lineBreak + 1 }
    guard end < text.count, let last = scalarBefore(end, in: text) else { return end }
    return end - last.length > start ? end - last.length : end
  }

  private func contractionEnd(from start: Int) -> Int? {
    let text = reader.text
    guard start + 1 < text.count else { return nil }
    let next = start + 2 < text.count ? text[start + 2] | 0x20 : 0
    switch text[start + 1] | 0x20 {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
    case UInt8(ascii: "r"), UInt8(ascii: "v"): return next == UInt8(ascii: "e") ? start + 3 : nil
    case UInt8(ascii: "l"): return next == UInt8(ascii: "l") ? start + 3 : nil
    // ſ (U+017F) folds to s.
    case 0xC5 | 0x20:
      return text[start + 1] == 0xC5 && start + 2 < text.count && text[start + 2] == 0xBF ? start + 3 : nil
    default: return nil
    }
  }
}
