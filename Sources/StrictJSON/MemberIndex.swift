/// The position of each key of an object: a hash table over the bytes of the keys.
///
/// Swift's strings are equal if they are canonically equivalent (`é` as one scalar and as two). Keys of a JSON object are
/// equal only if they have the same scalars (RFC 8259, section 8.3), and vocabularies rely on that.
struct MemberIndex: Sendable {
  /// Positions plus one, 0 if free. The number of slots is a power of two, and at most half of them are taken.
  private var slots: [UInt32]
  private let seed = UInt64.random(in: 0 ... .max)

  init(capacity: Int) {
    var size = 16
    while size < 2 * capacity { size *= 2 }
    slots = Array(repeating: 0, count: size)
  }

  /// Adds the key of the member at a position; returns false if an earlier member has the same key.
  mutating func insert(_ position: Int, in members: [(key: String, value: JSONValue)]) -> Bool {
    let slot = self.slot(of: members[position].key, in: members)
    guard slots[slot] == 0 else { return false }
    slots[slot] = UInt32(truncatingIfNeeded: position + 1)
    return true
  }

  /// The position of a key, or nil if it is absent.
  func position(of key: String, in members: [(key: String, value: JSONValue)]) -> Int? {
    let found = slots[slot(of: key, in: members)]
    return found == 0 ? nil : Int(found) - 1
  }

  /// The slot that holds a key, or the free slot where it belongs.
  private func slot(of key: String, in members: [(key: String, value: JSONValue)]) -> Int {
    // FNV-1a, then mixed, so that the low bits depend on every byte.
    var hash = seed
    for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = (hash ^ (hash >> 32)) &* 0x9E37_79B9_7F4A_7C15
    var slot = Int(truncatingIfNeeded: hash >> 20) & (slots.count - 1)
    while slots[slot] != 0, !sameBytes(members[Int(slots[slot]) - 1].key, key) { slot = (slot + 1) & (slots.count - 1) }
    return slot
  }
}

/// Whether two strings have the same scalars.
func sameBytes(_ first: String, _ second: String) -> Bool {
  first.utf8.count == second.utf8.count && first.utf8.elementsEqual(second.utf8)
}
