extension Unicode.Scalar {
  /// Python's `str.isspace`: Unicode's white space and the four separators U+001C to U+001F.
  var isPythonSpace: Bool {
    value < 0x80 ? value == 0x20 || 0x09...0x0D ~= value || 0x1C...0x1F ~= value : properties.isWhitespace
  }

  /// Python's `str.isprintable`.
  var isPythonPrintable: Bool {
    if value < 0x7F { return value >= 0x20 }
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator:
      return false
    default: return true
    }
  }

  /// Whether the character is an upper-, lower- or titlecase letter.
  var isCased: Bool { properties.isCased }
}
