/// Reads the classes of a text's characters.
struct ClassReader {
  let text: Bytes
  private let plane = CharacterClass.plane.classes

  init(_ text: Bytes) { self.text = text }

  /// The class and the length in bytes of the character at a position; the empty class and 0 at the end.
  @inline(__always)
  func read(_ position: Int) -> (class: CharacterClass, length: Int) {
    guard position < text.count else { return ([], 0) }
    let byte = text[position]
    if byte < 0x80 { return (plane[Int(byte)], 1) }
    let (value, length) = decodedScalar(text, at: position)
    return (value < 0x10000 ? plane[Int(value)] : CharacterClass(value), length)
  }

  /// The end of the run of characters with any of these classes that starts at a position.
  @inline(__always)
  func end(of classes: CharacterClass, from start: Int) -> Int {
    var position = start
    while true {
      let (found, length) = read(position)
      if found.isDisjoint(with: classes) { return position }
      position += length
    }
  }

  /// The end of the run of characters with none of these classes that starts at a position.
  @inline(__always)
  func end(ofAllBut excluded: CharacterClass, from start: Int) -> Int {
    var position = start
    while true {
      let (found, length) = read(position)
      if length == 0 || !found.isDisjoint(with: excluded) { return position }
      position += length
    }
  }
}
