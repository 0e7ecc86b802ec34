/// Finds the pieces of a vocabulary that a text begins with, in a sorted list of them.
struct PieceTrie: Sendable {
  private var bytes: [UInt8] = []
  private var starts: [Int] = [0]
  private var ids: [Int32] = []
  /// Where the pieces that begin with each byte start in the list; the last entry is the end.
  private var firsts = [Int](repeating: 0, count: 257)

  init(_ pieces: [(bytes: [UInt8], id: Int32)]) {
    for piece in pieces.sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
      bytes.append(contentsOf: piece.bytes)
      starts.append(bytes.count)
      ids.append(piece.id)
      if let first = piece.bytes.first { firsts[Int(first) + 1] += 1 }
    }
    for byte in 0..<256 { firsts[byte + 1] += firsts[byte] }
  }

  /// Calls `body` with each piece at a position of a text, the shortest first: its id and its length in bytes.
  func forEachPrefix(of text: Bytes, from position: Int, _ body: (Int32, Int) -> Void) {
    guard position < text.count else { return }
    var low = firsts[Int(text[position])]
    var high = firsts[Int(text[position]) + 1]
    var length = 1
    while low < high {
      // Of the pieces that begin with the same bytes, the shortest comes first.
      if starts[low + 1] - starts[low] == length {
        body(ids[low], length)
        low += 1
      }
      guard position + length < text.count, low < high else { return }
      let byte = text[position + length]
      low = bound(low, high) { bytes[starts[$0] + length] < byte }
      high = bound(low, high) { bytes[starts[$0] + length] == byte }
      length += 1
    }
  }

  /// The first number from which a condition no longer holds.
  private func bound(_ low: Int, _ high: Int, _ holds: (Int) -> Bool) -> Int {
    var (low, high) = (low, high)
    while low < high {
      let middle = (low + high) / 2
      if holds(middle) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
