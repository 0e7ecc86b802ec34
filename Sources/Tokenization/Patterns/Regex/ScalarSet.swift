/// A set of characters as a regular expression describes it.
indirect enum ScalarSet: Sendable {
  case range(ClosedRange<UInt32>)
  /// The characters of these general categories; the bits of ``GeneralCategories``.
  case categories(UInt32)
  /// The characters with any of these properties.
  case classes(CharacterClass)
  case script([ClosedRange<UInt32>])
  case union([ScalarSet])
  case intersection([ScalarSet])
  case inverted(ScalarSet)
  /// The characters that are equal to one of the set if case is ignored.
  case ignoringCase(ScalarSet)

  static let newline = ScalarSet.range(0x0A...0x0A)
  static let everything = ScalarSet.range(0...0x10FFFF)

  /// Whether a character is in the set.
  func contains(_ value: UInt32) -> Bool {
    switch self {
    case .range(let range): range.contains(value)
    case .categories(let bits): bits & GeneralCategories.bit(of: value) != 0
    case .classes(let classes): !CharacterClass(value).isDisjoint(with: classes)
    case .script(let ranges): ranges.contains { $0.contains(value) }
    case .union(let sets): sets.contains { $0.contains(value) }
    case .intersection(let sets): sets.allSatisfy { $0.contains(value) }
    case .inverted(let set): !set.contains(value)
    case .ignoringCase(let set): set.contains(value) || caseVariants(of: value).contains { set.contains($0) }
    }
  }
}

/// The other characters that are equal to a character if case is ignored: `s` and `ſ` for `S`.
private func caseVariants(of value: UInt32) -> [UInt32] {
  guard let scalar = Unicode.Scalar(value) else { return [] }
  func single(_ text: String) -> Unicode.Scalar? {
    text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
  }
  let lower = single(scalar.properties.lowercaseMapping)
  let upper = single(scalar.properties.uppercaseMapping)
  let more = [
    upper.flatMap { single($0.properties.lowercaseMapping) }, lower.flatMap { single($0.properties.uppercaseMapping) },
  ]
  return ([lower, upper] + more).compactMap { $0?.value }
}

/// A set of characters with a bit for each character of the Basic Multilingual Plane.
struct ScalarBitmap: Sendable {
  private var words: [UInt64]
  private let set: ScalarSet

  init(_ set: ScalarSet) {
    self.set = set
    words = (0..<1024).map { word in
      var bits: UInt64 = 0
      for bit in 0..<64 where set.contains(UInt32(word * 64 + bit)) { bits |= 1 << UInt64(bit) }
      return bits
    }
  }

  @inline(__always)
  func contains(_ value: UInt32) -> Bool {
    value < 0x10000 ? words[Int(value >> 6)] >> UInt64(value & 63) & 1 != 0 : set.contains(value)
  }
}
