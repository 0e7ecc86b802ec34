import Foundation
import Randomness

/// A repeatable stream of random numbers (SplitMix64), the same on every machine; its state is one integer.
public struct RandomStream: RandomNumberGenerator, Sendable, Equatable {
  /// The complete state of the stream: store it to continue later.
  public var state: UInt64 {
    get { generator.state }
    set { generator.state = newValue }
  }

  private var generator: SplitMix64

  /// The stream of a seed and a purpose, so that drawing more numbers for one purpose changes nothing for another.
  public init(seed: UInt64, purpose: String = "") {
    // FNV-1a over the purpose's bytes.
    generator = SplitMix64(
      state: purpose.utf8.reduce(seed ^ 0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 })
    _ = next()
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 { generator.next() }

  /// A number in `[0, 1)`.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number from the standard normal distribution (Box–Muller).
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// A float32 tensor from the normal distribution around 0.
  public mutating func normalTensor(_ shape: Shape, deviation: Double) -> Tensor {
    let tensor = Tensor(uninitialized: shape)
    guard Rehearsal.works(on: tensor.count) else { return tensor }
    for index in 0..<tensor.count { tensor.pointer[index] = Float(normal() * deviation) }
    return tensor
  }

  /// A float32 tensor, each element uniform between two bounds.
  public mutating func uniformTensor(_ shape: Shape, from low: Double, to high: Double) -> Tensor {
    let tensor = Tensor(uninitialized: shape)
    guard Rehearsal.works(on: tensor.count) else { return tensor }
    for index in 0..<tensor.count { tensor.pointer[index] = Float(low + (high - low) * uniform()) }
    return tensor
  }
}
