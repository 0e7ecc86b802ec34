/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014): the same numbers on every
/// platform and in every version, unlike Swift's own generator and hashing.
package struct RandomStream: Sendable, Equatable {
  private var state: UInt64

  /// Begins the stream that a seed and a path of numbers name; different paths give unrelated streams.
  package init(seed: UInt64, path: [UInt64] = []) {
    state = seed
    for part in path {
      let mixed = next()
      state = mixed ^ Self.mix(part &+ 0x9E37_79B9_7F4A_7C15)
    }
  }

  /// The next 64 random bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  /// A number in `0 ..< bound`, every one equally likely; `bound` must be positive.
  package mutating func next(below bound: Int) -> Int {
    let bound = UInt64(bound)
    // The lowest 2⁶⁴ mod bound numbers are drawn again: what is left divides evenly.
    let excess = (0 &- bound) % bound
    while true {
      let bits = next()
      if bits >= excess { return Int(bits % bound) }
    }
  }

  /// The numbers `0 ..< count` in random order (Fisher and Yates).
  package mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    shuffle(&order)
    return order
  }

  /// Puts elements in random order (Fisher and Yates).
  package mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) { elements.swapAt(last, next(below: last + 1)) }
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
