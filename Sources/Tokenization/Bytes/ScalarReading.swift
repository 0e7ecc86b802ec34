/// The scalar at a position of valid UTF-8, and its length in bytes.
///
/// Callers pass valid UTF-8 only. With anything else the result is meaningless, but no read leaves the buffer.
@inline(__always)
func decodedScalar(_ text: Bytes, at position: Int) -> (value: UInt32, length: Int) {
  let first = UInt32(text[position])
  if first < 0x80 { return (first, 1) }
  let remaining = text.count - position
  if first < 0xE0 {
    guard remaining >= 2 else { return (0xFFFD, remaining) }
    return ((first & 0x1F) << 6 | UInt32(text[position + 1] & 0x3F), 2)
  }
  if first < 0xF0 {
    guard remaining >= 3 else { return (0xFFFD, remaining) }
    return (
      (first & 0x0F) << 12 | UInt32(text[position + 1] & 0x3F) << 6 | UInt32(text[position + 2] & 0x3F), 3
    )
  }
  guard remaining >= 4 else { return (0xFFFD, remaining) }
  return (
    (first & 0x07) << 18 | UInt32(text[position + 1] & 0x3F) << 12 | UInt32(text[position + 2] & 0x3F) << 6
      | UInt32(text[position + 3] & 0x3F), 4
  )
}

/// The scalar before a position of valid UTF-8, and its length in bytes; nil at the beginning.
func scalarBefore(_ position: Int, in text: Bytes) -> (value: UInt32, length: Int)? {
  guard position > 0 else { return nil }
  var start = position - 1
  while start > 0, position - start < 4, text[start] & 0xC0 == 0x80 { start -= 1 }
  return (decodedScalar(text, at: start).value, position - start)
}
