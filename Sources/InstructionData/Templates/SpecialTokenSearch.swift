/// Finds the names of special tokens in texts.
struct SpecialTokenSearch: Sendable {
  /// Whether a name begins with a byte.
  private var beginsName = [Bool](repeating: false, count: 256)
  /// The names by their first bytes.
  private var names: [UInt32: [String]] = [:]

  /// So many bytes of a name are compared at once; no real name is shorter.
  private static let keyLength = 3

  init(_ names: [String]) {
    for name in names where name.utf8.count >= Self.keyLength {
      let bytes = Array(name.utf8)
      beginsName[Int(bytes[0])] = true
      self.names[Self.key(bytes[0], bytes[1], bytes[2]), default: []].append(name)
    }
  }

  /// The name that occurs first in a text, or nil.
  func first(in text: String) -> String? {
    if names.isEmpty { return nil }
    var text = text
    return text.withUTF8 { bytes in
      guard bytes.count >= Self.keyLength else { return nil }
      for start in 0...bytes.count - Self.keyLength where beginsName[Int(bytes[start])] {
        let found = names[Self.key(bytes[start], bytes[start + 1], bytes[start + 2])]?.first {
          bytes[start...].starts(with: $0.utf8)
        }
        if let found { return found }
      }
      return nil
    }
  }

  private static func key(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> UInt32 {
    UInt32(first) << 16 | UInt32(second) << 8 | UInt32(third)
  }
}
