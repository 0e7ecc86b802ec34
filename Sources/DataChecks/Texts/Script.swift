/// A writing system, as far as the checks distinguish them.
public enum Script: String, Sendable, CaseIterable {
  /// Scripts in the order of their Unicode blocks.
  case latin = "Latin", greek = "Greek", cyrillic = "Cyrillic", armenian = "Armenian", hebrew = "Hebrew"
  /// Scripts of the Near East and India.
  case arabic = "Arabic", devanagari = "Devanagari", otherIndic = "an Indic script", thai = "Thai"
  /// Scripts of the Caucasus and East Asia; Japanese texts contain kana, Chinese ones only Han.
  case georgian = "Georgian", hangul = "Hangul", kana = "kana", han = "Han"

  /// The script of a letter, or nil for other characters.
  init?(_ value: UInt32) {
    switch value {
    case 0x41...0x5A, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x24F, 0x1E00...0x1EFF: self = .latin
    case 0x370...0x3FF, 0x1F00...0x1FFF: self = .greek
    case 0x400...0x52F: self = .cyrillic
    case 0x531...0x587: self = .armenian
    case 0x5D0...0x5EA: self = .hebrew
    case 0x620...0x64A, 0x66E...0x6D3, 0x750...0x77F: self = .arabic
    case 0x900...0x97F: self = .devanagari
    case 0x980...0xDFF: self = .otherIndic
    case 0xE01...0xE4E: self = .thai
    case 0x10A0...0x10FF: self = .georgian
    case 0x1100...0x11FF, 0xAC00...0xD7A3: self = .hangul
    case 0x3041...0x30FF: self = .kana
    case 0x3400...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: self = .han
    default: return nil
    }
  }

  /// The script of most letters of a text, or nil if no script has more than half of at least eight letters.
  public static func main(of text: String) -> Script? {
    var counts = [Int](repeating: 0, count: allCases.count)
    var (latin, letters) = (0, 0)
    for scalar in text.unicodeScalars {
      let value = scalar.value
      if value < 0x80 {
        if 0x41...0x5A ~= value || 0x61...0x7A ~= value { latin += 1 }
      } else if let script = Script(value) {
        counts[script.position] += 1
        letters += 1
      }
    }
    letters += latin
    counts[Script.latin.position] += latin
    // Japanese texts mix Han and kana; Korean texts may contain Han.
    for mixed in [Script.kana, .hangul] where counts[mixed.position] > 0 {
      counts[mixed.position] += counts[Script.han.position]
      counts[Script.han.position] = 0
    }
    guard letters >= 8, let best = counts.indices.max(by: { counts[$0] < counts[$1] }), counts[best] * 2 > letters
    else { return nil }
    return allCases[best]
  }

  private var position: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
