/// SplitMix64 (Steele, Lea and Flood: Fast Splittable Pseudorandom Number Generators, 2014): the same numbers on every
/// platform and in every version, unlike Swift's own generator and hashing.
public struct SplitMix64: RandomNumberGenerator, Sendable, Equatable {
  /// The complete state of the generator.
  public var state: UInt64

  /// A generator that continues from a state.
  @inlinable public init(state: UInt64) { self.state = state }

  /// The next 64 random bits.
  @inlinable public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mixed(state)
  }

  /// Mixes the bits of a number: the generator's last step, and a hash of numbers.
  @inlinable public static func mixed(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}
