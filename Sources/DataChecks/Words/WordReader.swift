import Randomness

/// The words of a text as hashes, ignoring case, punctuation and combining marks.
///
/// As in GPT-3's contamination check (2005.14165, appendix C), punctuation only separates words. Arithmetic signs count
/// as words, and so does every character of a script that is written without spaces.
public func words(of text: String) -> [UInt64] {
  var words: [UInt64] = []
  appendWords(of: text, to: &words)
  return words
}

/// Appends the words of a text.
func appendWords(of text: String, to words: inout [UInt64]) {
  var hash = wordSeed
  var isInWord = false
  func close() {
    if isInWord { words.append(SplitMix64.mixed(hash)) }
    (hash, isInWord) = (wordSeed, false)
  }
  func add(_ value: UInt32) {
    hash = (hash ^ UInt64(value)) &* 0x0000_0100_0000_01B3
    isInWord = true
  }
  for scalar in text.unicodeScalars {
    let value = scalar.value
    switch value {
    case 0x61...0x7A, 0x30...0x39: add(value)
    case 0x41...0x5A: add(value | 0x20)
    case 0x27, 0x2019: break  // don't and dont are one word
    case 0x25, 0x26, 0x2A, 0x2B, 0x2F, 0x3C...0x3E, 0x5E, 0x7C:  // % & * + / < = > ^ |
      close()
      words.append(SplitMix64.mixed(wordSeed ^ UInt64(value)))
    case 0..<0x80: close()
    default:
      switch WordClass(scalar) {
      case .letter: for lower in scalar.properties.lowercaseMapping.unicodeScalars { add(lower.value) }
      case .word:
        close()
        words.append(SplitMix64.mixed(wordSeed ^ UInt64(value)))
      case .mark: break
      case .separator: close()
      }
    }
  }
  close()
}

/// FNV-1a's offset basis (Fowler, Noll, Vo), the hash of an empty word.
private let wordSeed: UInt64 = 0xCBF2_9CE4_8422_2325

/// The role of a non-ASCII character in a word.
private enum WordClass {
  case letter, word, mark, separator

  init(_ scalar: Unicode.Scalar) {
    let value = scalar.value
    // Han, kana, Thai, Lao, Myanmar, Khmer: written without spaces.
    if (0x3040...0x30FF ~= value) || (0x3400...0x9FFF ~= value) || (0xF900...0xFAFF ~= value)
      || (0x20000...0x3FFFF ~= value) || (0x0E00...0x0EFF ~= value) || (0x1000...0x109F ~= value)
      || (0x1780...0x17FF ~= value)
    {
      self = .word
      return
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber:
      self = .letter
    case .nonspacingMark, .enclosingMark, .format: self = .mark
    case .spacingMark: self = .letter
    default: self = .separator
    }
  }
}
