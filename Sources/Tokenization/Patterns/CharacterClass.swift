/// The properties of a character that the patterns of pre-tokenizers test.
struct CharacterClass: OptionSet, Hashable, Sendable {
  let rawValue: UInt16

  /// `\p{L}`.
  static let letter = CharacterClass(rawValue: 1)
  /// `\p{N}`.
  static let number = CharacterClass(rawValue: 2)
  /// `\s`: White_Space.
  static let space = CharacterClass(rawValue: 4)
  /// `[\r\n]`.
  static let newline = CharacterClass(rawValue: 8)
  /// `\p{P}` and the ASCII symbols that C calls punctuation.
  static let punctuation = CharacterClass(rawValue: 16)
  /// `\w`: alphabetic, marks, decimal digits, connectors, joiners.
  static let word = CharacterClass(rawValue: 32)
  /// `\p{M}`.
  static let mark = CharacterClass(rawValue: 64)
  /// `\d`: `\p{Nd}`.
  static let decimal = CharacterClass(rawValue: 128)
  /// `[0-9]`.
  static let asciiDigit = CharacterClass(rawValue: 256)
  /// U+0020 alone.
  static let blank = CharacterClass(rawValue: 512)
  /// Every character, as opposed to the end of the text.
  static let any = CharacterClass(rawValue: 1024)

  /// The class of a scalar.
  init(_ value: UInt32) {
    self = value < 0x10000 ? CharacterClass.plane.classes[Int(value)] : CharacterClass(computing: value)
  }

  init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The classes of the characters in the Basic Multilingual Plane.
  static let plane = Plane()

  /// A table for the first 65,536 scalars, made once and never freed.
  struct Plane: @unchecked Sendable {
    let classes: UnsafePointer<CharacterClass>

    fileprivate init() {
      let table = UnsafeMutablePointer<CharacterClass>.allocate(capacity: 0x10000)
      for value in 0..<0x10000 {
        (table + value).initialize(to: CharacterClass(computing: UInt32(truncatingIfNeeded: value)))
      }
      classes = UnsafePointer(table)
    }
  }

  /// The class of a scalar from its Unicode properties; out of line, since ``ClassReader/read(_:)`` is inlined everywhere.
  @inline(never)
  private init(computing value: UInt32) {
    guard let scalar = Unicode.Scalar(value) else {
      self = .any
      return
    }
    let properties = scalar.properties
    var flags: CharacterClass = .any
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: flags.insert(.letter)
    case .decimalNumber: flags.formUnion([.number, .decimal, .word])
    case .letterNumber, .otherNumber: flags.insert(.number)
    case .nonspacingMark, .spacingMark, .enclosingMark: flags.formUnion([.mark, .word])
    case .connectorPunctuation: flags.formUnion([.punctuation, .word])
    case .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
      .otherPunctuation:
      flags.insert(.punctuation)
    default: break
    }
    if properties.isAlphabetic || properties.isJoinControl { flags.insert(.word) }
    if properties.isWhitespace { flags.insert(.space) }
    if value == 0x0A || value == 0x0D { flags.insert(.newline) }
    if value == 0x20 { flags.insert(.blank) }
    if 0x30...0x39 ~= value { flags.insert(.asciiDigit) }
    switch value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: flags.insert(.punctuation)
    default: break
    }
    self = flags
  }
}
