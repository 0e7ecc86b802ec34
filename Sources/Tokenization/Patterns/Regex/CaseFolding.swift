/// Which characters are equal if case is ignored.
enum CaseFolding {
  /// The key that `s`, `S` and `ſ` share, for the characters of the Basic Multilingual Plane.
  private static let plane: [UInt32] = (0..<0x10000).map { computedKey(of: UInt32($0)) }

  /// The key that a character shares with those that are equal to it if case is ignored.
  static func key(of value: UInt32) -> UInt32 { value < 0x10000 ? plane[Int(value)] : computedKey(of: value) }

  private static func computedKey(of value: UInt32) -> UInt32 {
    guard let scalar = Unicode.Scalar(value), scalar.properties.isCased,
      let upper = single(scalar.properties.uppercaseMapping),
      let lower = single(upper.properties.lowercaseMapping)
    else { return value }
    return lower.value
  }

  private static func single(_ text: String) -> Unicode.Scalar? {
    text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
  }
}
