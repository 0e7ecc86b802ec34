extension String {
  /// The text without leading and trailing white space, as defined by Python's `str.strip` and Jinja's `trim`.
  func strippingWhitespace() -> String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.isPythonSpace }),
      let last = scalars.lastIndex(where: { !$0.isPythonSpace })
    else { return "" }
    return String(scalars[first...last])
  }
}

extension Unicode.Scalar {
  /// Python's `str.isspace`: Unicode's white space and the four separators U+001C to U+001F.
  fileprivate var isPythonSpace: Bool { properties.isWhitespace || 0x1C...0x1F ~= value }
}
