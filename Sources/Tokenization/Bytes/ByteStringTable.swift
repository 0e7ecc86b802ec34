/// A set of byte strings, numbered in the order in which they were added.
struct ByteStringTable: Sendable {
  private var arena: [UInt8] = []
  /// The start of string `i`, which is also the end of string `i - 1`.
  private var offsets: [Int] = [0]
  /// The upper half of a string's hash above its number plus one; 0 if free. The number of slots is a power of two, and
  /// at most half of them are taken.
  private var slots: [UInt64]
  private static let hashBits: UInt64 = 0xFFFF_FFFF_0000_0000

  init(capacity: Int) {
    var size = 16
    while size < 2 * capacity { size *= 2 }
    slots = Array(repeating: 0, count: size)
    offsets.reserveCapacity(capacity + 1)
  }

  var count: Int { offsets.count - 1 }

  /// The number of a string, or nil if it is absent.
  func find(_ bytes: Bytes) -> Int? { number(in: slots[slot(of: bytes, byteHash(bytes))]) }

  /// Adds a string and returns its number, or returns nil if the string is already there.
  mutating func insert(_ bytes: Bytes) -> Int? {
    if 2 * (count + 1) > slots.count { grow() }
    let hash = byteHash(bytes)
    let slot = slot(of: bytes, hash)
    guard slots[slot] == 0 else { return nil }
    arena.append(contentsOf: bytes)
    offsets.append(arena.count)
    slots[slot] = hash & Self.hashBits | UInt64(count)
    return count - 1
  }

  /// Calls `body` with the bytes of a string.
  @inline(__always)
  func withBytes<Result>(_ number: Int, _ body: (Bytes) throws -> Result) rethrows -> Result {
    try arena.withUnsafeBufferPointer { try body(Bytes(rebasing: $0[offsets[number]..<offsets[number + 1]])) }
  }

  /// The slot that holds a string, or the free slot where it belongs.
  private func slot(of bytes: Bytes, _ hash: UInt64) -> Int {
    slots.withUnsafeBufferPointer { slots in
      var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while let number = number(in: slots[slot]) {
        if slots[slot] & Self.hashBits == hash & Self.hashBits, withBytes(number, { isEqual($0, bytes) }) { break }
        slot = (slot + 1) & (slots.count - 1)
      }
      return slot
    }
  }

  @inline(__always)
  private func number(in slot: UInt64) -> Int? { slot == 0 ? nil : Int(slot & 0xFFFF_FFFF) - 1 }

  @inline(__always)
  private func isEqual(_ first: Bytes, _ second: Bytes) -> Bool {
    guard first.count == second.count else { return false }
    for position in 0..<first.count where first[position] != second[position] { return false }
    return true
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: 2 * slots.count)
    for number in 0..<count {
      let hash = withBytes(number) { byteHash($0) }
      let slot = withBytes(number) { self.slot(of: $0, hash) }
      slots[slot] = hash & Self.hashBits | UInt64(number + 1)
    }
  }
}
