/// The pairs of tokens that merge, in what order, and into which tokens.
struct MergeTable: Sendable {
  /// The rank of a merge (the lowest is applied first) and the token that it produces.
  struct Merge: Sendable, Equatable {
    var rank: UInt32
    var token: Int32

    /// No merge; it comes after all others.
    static let none = Merge(rank: .max, token: -1)
  }

  private struct Slot: Sendable {
    var key: UInt64
    var merge: Merge
  }

  private static let free = UInt64.max

  /// The number of slots is a power of two, and at most three quarters of them are taken.
  private var slots: [Slot]
  private var count = 0

  init(capacity: Int) {
    var size = 16
    while 3 * size < 4 * capacity { size *= 2 }
    slots = Array(repeating: Slot(key: Self.free, merge: .none), count: size)
  }

  /// The merge of two adjacent tokens, or `.none`.
  @inline(__always)
  func merge(of left: Int32, _ right: Int32) -> Merge {
    let key = Self.key(left, right)
    return slots.withUnsafeBufferPointer { slots in
      let mask = slots.count - 1
      var slot = Self.hash(key) & mask
      while true {
        let found = slots[slot]
        if found.key == key { return found.merge }
        if found.key == Self.free { return .none }
        slot = (slot + 1) & mask
      }
    }
  }

  /// Adds a merge. A later one of the same pair replaces an earlier one.
  mutating func set(_ left: Int32, _ right: Int32, to merge: Merge) {
    if 4 * (count + 1) > 3 * slots.count { grow() }
    let key = Self.key(left, right)
    var slot = Self.hash(key) & (slots.count - 1)
    while slots[slot].key != Self.free, slots[slot].key != key { slot = (slot + 1) & (slots.count - 1) }
    if slots[slot].key == Self.free { count += 1 }
    slots[slot] = Slot(key: key, merge: merge)
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: Slot(key: Self.free, merge: .none), count: 2 * old.count)
    for entry in old where entry.key != Self.free {
      var slot = Self.hash(entry.key) & (slots.count - 1)
      while slots[slot].key != Self.free { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = entry
    }
  }

  /// The key of a pair. Ids are not negative, so no key equals `free`.
  @inline(__always)
  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  @inline(__always)
  private static func hash(_ key: UInt64) -> Int { Int(truncatingIfNeeded: mixed(key)) }
}
