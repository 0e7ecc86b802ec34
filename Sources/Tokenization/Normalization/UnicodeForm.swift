/// A Unicode normalization form (UAX #15).
///
/// Foundation's own conversion is used only for single characters. On texts its time grows with the square of the length
/// of a run of combining marks, and it composes pairs that do not compose (U+10041 with U+0301).
enum UnicodeForm: Sendable {
  case nfc
  case nfd
  case nfkc
  case nfkd

  private var composes: Bool { self == .nfc || self == .nfkc }
  private var isCompatible: Bool { self == .nfkc || self == .nfkd }

  /// The text in this form.
  func normalized(_ text: [UInt8]) -> [UInt8] {
    // NFC changes nothing below U+0300, the other forms change nothing below U+0080.
    let firstAffected: UInt8 = self == .nfc ? 0xCC : 0x80
    guard text.contains(where: { $0 >= firstAffected }) else { return text }
    var decomposition = UnicodeDecomposition(isCompatible: isCompatible)
    var scalars: [UInt32] = []
    scalars.reserveCapacity(text.count)
    text.withUnsafeBufferPointer { text in
      var position = 0
      while position < text.count {
        let (value, length) = decodedScalar(text, at: position)
        decomposition.append(value, to: &scalars)
        position += length
      }
    }
    order(&scalars)
    if composes { compose(&scalars) }
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for value in scalars {
      if value < 0x80 {
        result.append(UInt8(value))
      } else if let scalar = Unicode.Scalar(value) {
        result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
    return result
  }

  /// Sorts each run of combining marks by their classes.
  private func order(_ scalars: inout [UInt32]) {
    var start = 0
    while start < scalars.count {
      guard combiningClass(scalars[start]) != 0 else {
        start += 1
        continue
      }
      var end = start + 1
      while end < scalars.count, combiningClass(scalars[end]) != 0 { end += 1 }
      if end > start + 1 {
        let marks = scalars[start..<end].enumerated().map { (combiningClass($1), $0, $1) }
        scalars.replaceSubrange(start..<end, with: marks.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2))
      }
      start = end
    }
  }

  /// Composes the characters that are not blocked (UAX #15, D117).
  private func compose(_ scalars: inout [UInt32]) {
    var count = 0
    var starter: Int?
    // The class of the last mark kept after the starter, 0 if there is none.
    var lastClass: UInt8 = 0
    for value in scalars {
      let valueClass = combiningClass(value)
      if let base = starter, lastClass == 0 || lastClass < valueClass,
        let pair = UnicodeComposition.composed(scalars[base], value)
      {
        scalars[base] = pair
        continue
      }
      if valueClass == 0 { starter = count }
      lastClass = valueClass
      scalars[count] = value
      count += 1
    }
    scalars.removeLast(scalars.count - count)
  }
}

/// The canonical combining class. Only marks have one other than 0.
private func combiningClass(_ value: UInt32) -> UInt8 {
  guard value >= 0x300, CharacterClass(value).contains(.mark) else { return 0 }
  return Unicode.Scalar(value)?.properties.canonicalCombiningClass.rawValue ?? 0
}
