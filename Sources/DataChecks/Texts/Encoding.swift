/// A sign of a wrong encoding in a text.
public struct EncodingDebris: Sendable, Equatable {
  /// What it is.
  public let description: String
  /// The passage, with some of the text around it.
  public let excerpt: String
}

/// The first sign of a wrong encoding in a text, or nil: U+FFFD, control characters, or UTF-8 that was read as Latin-1
/// or Windows-1252 (`Ã©` for `é`).
public func encodingDebris(in text: String) -> EncodingDebris? {
  let scalars = text.unicodeScalars
  var (misread, firstMisread): (Int, String.UnicodeScalarIndex?) = (0, nil)
  var isLikely = false
  var index = scalars.startIndex
  while index < scalars.endIndex {
    let value = scalars[index].value
    switch value {
    case 0x20...0x7E, 0x09, 0x0A, 0x0D: break
    case 0xFFFD: return debris("the replacement character U+FFFD: a character was lost", text, index)
    case 0: return debris("a NUL character", text, index)
    case 0x01...0x1F, 0x7F...0x9F: return debris("the control character U+\(hexadecimal(value))", text, index)
    case 0xC2...0xF4:
      if let decoded = misreadCharacter(at: index, in: scalars) {
        misread += 1
        firstMisread = firstMisread ?? index
        isLikely = isLikely || isUsual(decoded)
      }
    default: break
    }
    index = scalars.index(after: index)
  }
  guard let firstMisread, isLikely || misread > 1 else { return nil }
  return debris("UTF-8 that was read as Latin-1", text, firstMisread)
}

private func debris(_ description: String, _ text: String, _ index: String.UnicodeScalarIndex) -> EncodingDebris {
  let scalars = text.unicodeScalars
  let start = scalars.index(index, offsetBy: -30, limitedBy: scalars.startIndex) ?? scalars.startIndex
  return EncodingDebris(
    description: description, excerpt: (start > scalars.startIndex ? "…" : "") + excerpt(of: text[start...], limit: 70))
}

/// The character that results from treating a run of characters as bytes of UTF-8, or nil.
private func misreadCharacter(
  at index: String.UnicodeScalarIndex, in scalars: String.UnicodeScalarView
) -> UInt32? {
  let lead = scalars[index].value
  let count = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3
  var value = lead & (count == 1 ? 0x1F : count == 2 ? 0x0F : 0x07)
  var next = index
  for _ in 0..<count {
    next = scalars.index(after: next)
    guard next < scalars.endIndex, let byte = windows1252Byte(scalars[next].value), 0x80...0xBF ~= byte else {
      return nil
    }
    value = value << 6 | (byte & 0x3F)
  }
  return value >= (count == 1 ? 0x80 : count == 2 ? 0x800 : 0x10000) ? value : nil
}

/// Whether a character is common in Western texts: a single misread one is then enough evidence.
private func isUsual(_ value: UInt32) -> Bool {
  (0xA0...0x17F ~= value) || (0x2010...0x2044 ~= value) || value == 0x20AC || value == 0x2122
    || (0x1F300...0x1FAFF ~= value)
}

/// The byte for a character in Windows-1252, from 0x80 on.
private func windows1252Byte(_ value: UInt32) -> UInt32? {
  if 0x80...0xFF ~= value { return value }
  return windows1252[value]
}

/// The characters of Windows-1252 in place of control characters (Unicode's CP1252.TXT).
private let windows1252: [UInt32: UInt32] = [
  0x20AC: 0x80, 0x201A: 0x82, 0x0192: 0x83, 0x201E: 0x84, 0x2026: 0x85, 0x2020: 0x86, 0x2021: 0x87, 0x02C6: 0x88,
  0x2030: 0x89, 0x0160: 0x8A, 0x2039: 0x8B, 0x0152: 0x8C, 0x017D: 0x8E, 0x2018: 0x91, 0x2019: 0x92, 0x201C: 0x93,
  0x201D: 0x94, 0x2022: 0x95, 0x2013: 0x96, 0x2014: 0x97, 0x02DC: 0x98, 0x2122: 0x99, 0x0161: 0x9A, 0x203A: 0x9B,
  0x0153: 0x9C, 0x017E: 0x9E, 0x0178: 0x9F,
]

private func hexadecimal(_ value: UInt32) -> String {
  let digits = String(value, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
