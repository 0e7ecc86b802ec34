/// A set of characters as a regular expression describes it.
indirect enum ScalarSet: Hashable, Sendable {
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
    case .ignoringCase(let set):
      // The table of characters that share a key ends with the Basic Multilingual Plane; most have one other case.
      set.contains(value) || set.contains(CaseFolding.key(of: value)) || set.containsOtherCase(of: value)
    }
  }
}

extension ScalarSet {
  private func containsOtherCase(of value: UInt32) -> Bool {
    guard let scalar = Unicode.Scalar(value) else { return false }
    return [scalar.properties.uppercaseMapping, scalar.properties.lowercaseMapping].contains { text in
      text.unicodeScalars.count == 1 && text.unicodeScalars.allSatisfy { contains($0.value) }
    }
  }

  /// A bit for each character of the Basic Multilingual Plane, 64 to a word.
  fileprivate var plane: [UInt64] {
    switch self {
    case .range(let range): return Self.plane { range.contains($0) }
    case .categories(let bits): return Self.plane { bits & GeneralCategories.bit(of: $0) != 0 }
    case .classes(let classes): return Self.plane { !CharacterClass($0).isDisjoint(with: classes) }
    case .script(let ranges):
      return ranges.reduce(into: [UInt64](repeating: 0, count: 1024)) { words, range in
        for value in range where value < 0x10000 { words[Int(value >> 6)] |= 1 << UInt64(value & 63) }
      }
    case .union(let sets):
      return sets.reduce(into: [UInt64](repeating: 0, count: 1024)) { words, set in
        for (index, word) in set.plane.enumerated() { words[index] |= word }
      }
    case .intersection(let sets):
      return sets.reduce(into: [UInt64](repeating: .max, count: 1024)) { words, set in
        for (index, word) in set.plane.enumerated() { words[index] &= word }
      }
    case .inverted(let set): return set.plane.map { ~$0 }
    case .ignoringCase(let set):
      let words = set.plane
      func isMember(_ value: UInt32) -> Bool { words[Int(value >> 6)] >> UInt64(value & 63) & 1 != 0 }
      let keys = Set((0..<0x10000 as Range<UInt32>).filter(isMember).map { CaseFolding.key(of: $0) })
      return Self.plane { isMember($0) || keys.contains(CaseFolding.key(of: $0)) }
    }
  }

  private static func plane(_ contains: (UInt32) -> Bool) -> [UInt64] {
    (0..<1024).map { word in
      var bits: UInt64 = 0
      for bit in 0..<64 where contains(UInt32(word * 64 + bit)) { bits |= 1 << UInt64(bit) }
      return bits
    }
  }
}

/// A set of characters with a bit for each character of the Basic Multilingual Plane.
struct ScalarBitmap: Sendable {
  private let words: [UInt64]
  private let set: ScalarSet

  init(_ set: ScalarSet) {
    self.set = set
    words = set.plane
  }

  @inline(__always)
  func contains(_ value: UInt32) -> Bool {
    value < 0x10000 ? words[Int(value >> 6)] >> UInt64(value & 63) & 1 != 0 : set.contains(value)
  }
}
