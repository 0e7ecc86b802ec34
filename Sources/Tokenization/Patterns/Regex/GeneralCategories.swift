/// The general categories of characters (The Unicode Standard, section 4.5), each as one bit.
enum GeneralCategories {
  /// The bits by the names that regular expressions use.
  static let bits: [String: UInt32] = {
    var bits: [String: UInt32] = [:]
    for (number, name) in names.enumerated() {
      bits[name] = 1 << UInt32(number)
      bits[String(name.prefix(1)), default: 0] |= 1 << UInt32(number)
    }
    bits["lc"] = (bits["lu"] ?? 0) | (bits["ll"] ?? 0) | (bits["lt"] ?? 0)
    let longNames = [
      ("letter", "l"), ("uppercaseletter", "lu"), ("lowercaseletter", "ll"), ("titlecaseletter", "lt"),
      ("modifierletter", "lm"), ("otherletter", "lo"), ("mark", "m"), ("nonspacingmark", "mn"),
      ("spacingmark", "mc"), ("enclosingmark", "me"), ("number", "n"), ("decimalnumber", "nd"), ("letternumber", "nl"),
      ("othernumber", "no"), ("punctuation", "p"), ("symbol", "s"), ("mathsymbol", "sm"), ("currencysymbol", "sc"),
      ("separator", "z"), ("spaceseparator", "zs"), ("other", "c"), ("control", "cc"), ("format", "cf"),
    ]
    for (long, short) in longNames { bits[long] = bits[short] }
    return bits
  }()

  private static let names = [
    "lu", "ll", "lt", "lm", "lo", "mn", "mc", "me", "nd", "nl", "no", "pc", "pd", "ps", "pe", "pi", "pf", "po", "sm",
    "sc", "sk", "so", "zs", "zl", "zp", "cc", "cf", "cs", "co", "cn",
  ]

  /// The numbers of the categories of the Basic Multilingual Plane.
  private static let plane: [UInt8] = (0..<0x10000).map { number(of: UInt32($0)) }

  /// The bit of a character's category.
  static func bit(of value: UInt32) -> UInt32 {
    1 << UInt32(value < 0x10000 ? plane[Int(value)] : number(of: value))
  }

  private static func number(of value: UInt32) -> UInt8 {
    guard let scalar = Unicode.Scalar(value) else { return 27 }
    return switch scalar.properties.generalCategory {
    case .uppercaseLetter: 0
    case .lowercaseLetter: 1
    case .titlecaseLetter: 2
    case .modifierLetter: 3
    case .otherLetter: 4
    case .nonspacingMark: 5
    case .spacingMark: 6
    case .enclosingMark: 7
    case .decimalNumber: 8
    case .letterNumber: 9
    case .otherNumber: 10
    case .connectorPunctuation: 11
    case .dashPunctuation: 12
    case .openPunctuation: 13
    case .closePunctuation: 14
    case .initialPunctuation: 15
    case .finalPunctuation: 16
    case .otherPunctuation: 17
    case .mathSymbol: 18
    case .currencySymbol: 19
    case .modifierSymbol: 20
    case .otherSymbol: 21
    case .spaceSeparator: 22
    case .lineSeparator: 23
    case .paragraphSeparator: 24
    case .control: 25
    case .format: 26
    case .surrogate: 27
    case .privateUse: 28
    case .unassigned: 29
    @unknown default: 29
    }
  }
}
