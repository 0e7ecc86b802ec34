/// A table of replacements for characters and short sequences, as SentencePiece compiles it: a double-array trie over the
/// keys, and the replacements, each ended by a zero byte.
///
/// It applies the table as Python's tokenizers does: per grapheme cluster of up to five bytes, otherwise per character,
/// and by the shortest key that the cluster begins with.
/// Source: SentencePiece's `normalizer.cc` and `builder.cc`, Darts-clone for the trie.
struct CharacterMap: Sendable {
  /// Why bytes are not such a table.
  struct Malformed: Error {
    let problem: String
  }

  private let units: [UInt32]
  private let replacements: [UInt8]

  /// - Throws: ``Malformed``.
  init(_ bytes: [UInt8]) throws {
    func word(_ start: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
    }
    guard bytes.count >= 4 else { throw Malformed(problem: "has \(bytes.count) bytes; expected at least 4.") }
    let size = Int(word(0))
    guard size % 4 == 0, size > 0, size <= bytes.count - 4 else {
      throw Malformed(problem: "its trie is said to have \(size) of \(bytes.count) bytes.")
    }
    units = stride(from: 4, to: 4 + size, by: 4).map(word)
    replacements = Array(bytes[(4 + size)...])
    guard replacements.last == 0, String(validating: replacements, as: UTF8.self) != nil else {
      throw Malformed(problem: "its replacements are not UTF-8 text that ends with a zero byte.")
    }
  }

  /// The text with all replacements made.
  func applied(to text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for cluster in String(decoding: text, as: UTF8.self) {
      let bytes = Array(cluster.utf8)
      if bytes.count < 6, let replacement = replacement(of: bytes) {
        result.append(contentsOf: replacement)
      } else {
        for scalar in cluster.unicodeScalars {
          let bytes = Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
          result.append(contentsOf: replacement(of: bytes) ?? bytes[...])
        }
      }
    }
    return result
  }

  /// The replacement of the shortest key that some bytes begin with, or nil.
  private func replacement(of bytes: [UInt8]) -> ArraySlice<UInt8>? {
    var node = offset(units[0])
    for byte in bytes where byte != 0 {
      node ^= Int(byte)
      guard units.indices.contains(node), units[node] & (1 << 31 | 0xFF) == UInt32(byte) else { return nil }
      let unit = units[node]
      node ^= offset(unit)
      guard unit >> 8 & 1 == 1, units.indices.contains(node) else { continue }
      let start = Int(units[node] & 0x7FFF_FFFF)
      guard start < replacements.count else { return nil }
      return replacements[start...].prefix { $0 != 0 }
    }
    return nil
  }

  private func offset(_ unit: UInt32) -> Int { Int((unit >> 10) << ((unit & 0x200) >> 6)) }
}
