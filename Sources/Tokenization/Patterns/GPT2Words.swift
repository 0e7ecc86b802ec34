/// A hand-written scanner for GPT-2's word pattern:
/// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`.
///
/// The pattern matches at every position, so it splits a text into words without gaps.
/// Source: OpenAI's gpt-2 `encoder.py`; the text of the pattern is also tokenizers' `ByteLevel`.
struct GPT2Words {
  private let reader: ClassReader

  init(_ text: Bytes) { reader = ClassReader(text) }

  /// The end of the word that starts at a position, which must be before the end of the text.
  @inline(__always)
  func end(from start: Int) -> Int {
    let text = reader.text
    if text[start] == UInt8(ascii: "'"), let end = contractionEnd(from: start) { return end }
    var (found, length) = reader.read(start)
    var position = start + length
    if text[start] == UInt8(ascii: " ") {
      (found, length) = reader.read(position)
      if length == 0 || found.contains(.space) { return spaceEnd(from: start) }
      position += length
    }
    if found.contains(.letter) { return reader.end(of: .letter, from: position) }
    if found.contains(.number) { return reader.end(of: .number, from: position) }
    if found.contains(.space) { return spaceEnd(from: start) }
    return reader.end(ofAllBut: [.space, .letter, .number], from: position)
  }

  /// `\s+(?!\S)|\s+`: a run of white space leaves its last character to the following word.
  private func spaceEnd(from start: Int) -> Int {
    let end = reader.end(of: .space, from: start)
    guard end < reader.text.count, let last = scalarBefore(end, in: reader.text) else { return end }
    return end - last.length > start ? end - last.length : end
  }

  private func contractionEnd(from start: Int) -> Int? {
    let text = reader.text
    guard start + 1 < text.count else { return nil }
    switch text[start + 1] {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
    case UInt8(ascii: "r"), UInt8(ascii: "v"):
      return start + 2 < text.count && text[start + 2] == UInt8(ascii: "e") ? start + 3 : nil
    case UInt8(ascii: "l"):
      return start + 2 < text.count && text[start + 2] == UInt8(ascii: "l") ? start + 3 : nil
    default: return nil
    }
  }
}
