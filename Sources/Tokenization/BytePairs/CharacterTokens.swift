/// The tokens that consist of one character.
struct CharacterTokens: Sendable {
  /// The tokens of the Basic Multilingual Plane, -1 if there is none.
  private var plane = [Int32](repeating: -1, count: 0x10000)
  private var others: [UInt32: Int32] = [:]

  /// Adds a token if it is one character long.
  mutating func insert(_ token: Bytes, id: Int32) {
    guard 1...4 ~= token.count else { return }
    let (value, length) = decodedScalar(token, at: 0)
    guard length == token.count else { return }
    if value < 0x10000 { plane[Int(value)] = id } else { others[value] = id }
  }

  /// The token of a character, -1 if there is none.
  @inline(__always)
  func token(of value: UInt32) -> Int32 { value < 0x10000 ? plane[Int(value)] : others[value] ?? -1 }
}
