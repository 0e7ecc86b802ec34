/// The beginning of a text on one line, with at most `limit` characters.
public func excerpt(of text: some StringProtocol, limit: Int = 100) -> String {
  var result = ""
  var (count, isSpace) = (0, false)
  for scalar in text.unicodeScalars.lazy.prefix(limit * 8) {
    if scalar.properties.isWhitespace {
      isSpace = count > 0
      continue
    }
    if count + (isSpace ? 1 : 0) >= limit { return result + "…" }
    if isSpace { result += " " }
    count += isSpace ? 2 : 1
    isSpace = false
    // Control characters, which a terminal might obey, and invisible characters are escaped.
    let isHidden = scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
    result += isHidden ? scalar.escaped(asASCII: true) : String(scalar)
  }
  return result
}
