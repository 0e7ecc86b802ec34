/// Byte strings, each once, found by their bytes and numbered in the order in which they came.
struct ByteStringTable: Sendable {
  private var arena: [UInt8] = []
  /// Where string `i` begins and string `i - 1` ends.
  private var offsets: [Int] = [0]
  /// Numbers plus one, 0 where free; a power of two long, at most half full.
  private var slots: [UInt32]

  init(capacity: Int) {
    var size = 16
    while size < 2 * capacity { size *= 2 }
    slots = Array(repeating: 0, count: size)
    offsets.reserveCapacity(capacity + 1)
  }

  var count: Int { offsets.count - 1 }

  /// The number of a string, or nil where it is absent.
  func find(_ bytes: Bytes) -> Int? {
    let found = slots[slot(of: bytes)]
    return found == 0 ? nil : Int(found) - 1
  }

  /// Adds a string; nil where it is there already.
  mutating func insert(_ bytes: Bytes) -> Int? {
    if 2 * (count + 1) > slots.count { grow() }
    let slot = slot(of: bytes)
    guard slots[slot] == 0 else { return nil }
    arena.append(contentsOf: bytes)
    offsets.append(arena.count)
    slots[slot] = UInt32(truncatingIfNeeded: count)
    return count - 1
  }

  /// Calls `body` with the bytes of a string.
  @inline(__always)
  func withBytes<Result>(_ number: Int, _ body: (Bytes) throws -> Result) rethrows -> Result {
    try arena.withUnsafeBufferPointer { try body(Bytes(rebasing: $0[offsets[number]..<offsets[number + 1]])) }
  }

  private func slot(of bytes: Bytes) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: byteHash(bytes)) & mask
    while slots[slot] != 0, !withBytes(Int(slots[slot]) - 1, { $0.elementsEqual(bytes) }) { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: 2 * slots.count)
    for number in 0..<count {
      let slot = withBytes(number) { self.slot(of: $0) }
      slots[slot] = UInt32(truncatingIfNeeded: number + 1)
    }
  }
}
