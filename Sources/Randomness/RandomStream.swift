import Foundation

/// A repeatable stream of random numbers (``SplitMix64``), the same on every machine; its state is one integer.
public struct RandomStream: RandomNumberGenerator, Sendable, Equatable {
  @usableFromInline var generator: SplitMix64

  /// The complete state of the stream: store it to continue later.
  public var state: UInt64 {
    get { generator.state }
    set { generator.state = newValue }
  }

  /// The stream of a seed and a purpose, so that drawing more numbers for one purpose changes nothing for another.
  public init(seed: UInt64, purpose: String = "") {
    // FNV-1a over the purpose's bytes.
    generator = SplitMix64(
      state: purpose.utf8.reduce(seed ^ 0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 })
    _ = next()
  }

  /// The stream of a seed and a path of numbers; different paths give unrelated streams.
  public init(seed: UInt64, path: [UInt64]) {
    generator = SplitMix64(state: seed)
    for part in path {
      var other = SplitMix64(state: part)
      generator.state = next() ^ other.next()
    }
  }

  /// The next 64 random bits.
  @inlinable public mutating func next() -> UInt64 { generator.next() }

  /// A number in `[0, 1)`.
  @inlinable public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number from the standard normal distribution (Box–Muller).
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }
}
