import Foundation

/// Hangul syllables are composed by arithmetic (The Unicode Standard, section 3.12).
private enum Hangul {
  static let syllables: Range<UInt32> = 0xAC00..<0xD7A4
  static let leading: Range<UInt32> = 0x1100..<0x1113
  static let vowels: Range<UInt32> = 0x1161..<0x1176
  /// The first is not a consonant: it denotes a syllable without a trailing one.
  static let trailing: Range<UInt32> = 0x11A7..<0x11C3
}

/// The full decompositions of characters, each looked up once.
struct UnicodeDecomposition {
  let isCompatible: Bool
  private var known: [UInt32: [UInt32]] = [:]

  init(isCompatible: Bool) { self.isCompatible = isCompatible }

  /// Appends the full decomposition of a character.
  mutating func append(_ value: UInt32, to scalars: inout [UInt32]) {
    // Nothing below U+00A0 and no unified ideograph decomposes.
    if value < 0xA0 || 0x3400..<0xA000 ~= value { return scalars.append(value) }
    if Hangul.syllables.contains(value) {
      let index = value - Hangul.syllables.lowerBound
      scalars.append(Hangul.leading.lowerBound + index / 588)
      scalars.append(Hangul.vowels.lowerBound + index % 588 / 28)
      if index % 28 > 0 { scalars.append(Hangul.trailing.lowerBound + index % 28) }
      return
    }
    if let decomposition = known[value] { return scalars.append(contentsOf: decomposition) }
    let decomposition = Self.lookedUp(value, isCompatible: isCompatible)
    known[value] = decomposition
    scalars.append(contentsOf: decomposition)
  }

  fileprivate static func lookedUp(_ value: UInt32, isCompatible: Bool) -> [UInt32] {
    guard let scalar = Unicode.Scalar(value) else { return [value] }
    let text = String(scalar)
    let decomposed =
      isCompatible ? text.decomposedStringWithCompatibilityMapping : text.decomposedStringWithCanonicalMapping
    return decomposed.unicodeScalars.map(\.value)
  }
}

/// The pairs of characters that compose to one.
enum UnicodeComposition {
  /// The character that two characters compose to, or nil.
  static func composed(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if second < 0x300 { return nil }
    if Hangul.leading.contains(first), Hangul.vowels.contains(second) {
      let index = (first - Hangul.leading.lowerBound) * 21 + (second - Hangul.vowels.lowerBound)
      return Hangul.syllables.lowerBound + index * 28
    }
    if Hangul.syllables.contains(first), (first - Hangul.syllables.lowerBound) % 28 == 0,
      Hangul.trailing.contains(second), second > Hangul.trailing.lowerBound
    {
      return first + (second - Hangul.trailing.lowerBound)
    }
    return pairs[UInt64(first) << 32 | UInt64(second)]
  }

  /// The primary composites by their pairs: in the blocks that contain any, every character that decomposes and composes
  /// again.
  private static let pairs: [UInt64: UInt32] = {
    var composites: [[UInt32]: UInt32] = [:]
    for block in [0xC0..<0x3100, 0x10500..<0x12000, 0x16D00..<0x16E00] as [Range<UInt32>] {
      for value in block {
        let decomposition = UnicodeDecomposition.lookedUp(value, isCompatible: false)
        guard decomposition.count > 1, let scalar = Unicode.Scalar(value) else { continue }
        let recomposed = String(scalar).precomposedStringWithCanonicalMapping.unicodeScalars
        if recomposed.elementsEqual([scalar]) { composites[decomposition] = value }
      }
    }
    var pairs: [UInt64: UInt32] = [:]
    for (decomposition, value) in composites {
      let head = Array(decomposition.dropLast())
      guard let first = head.count == 1 ? head[0] : composites[head], let last = decomposition.last else { continue }
      pairs[UInt64(first) << 32 | UInt64(last)] = value
    }
    return pairs
  }()
}
