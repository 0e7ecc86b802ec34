/// The first HTML entity or JSON escape in a text that is neither markup nor code, or nil.
public func undecodedEscape(in text: String) -> String? {
  let bytes = Array(text.utf8)
  guard bytes.contains(UInt8(ascii: "&")) || bytes.contains(UInt8(ascii: "\\")) else { return nil }
  let isAboutCode =
    text.contains("```") || text.contains("</") || text.contains("/>") || text.lowercased().contains("html")
    || text.contains("{") || text.contains("();")
  if isAboutCode { return nil }
  for name in ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&nbsp;", "&#39;", "&#x27;", "&#34;", "&mdash;", "&rsquo;"]
  where text.contains(name) {
    return name
  }
  for start in bytes.indices.dropLast(5)
  where bytes[start] == UInt8(ascii: "\\") && bytes[start + 1] == UInt8(ascii: "u")
    && bytes[start + 2..<start + 6].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit })
  {
    return String(decoding: bytes[start..<start + 6], as: UTF8.self)
  }
  return nil
}
