import Randomness

/// MinHash signatures in bands (Broder 1997; Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, 3.4).
///
/// Two texts that share a part s of their shingles agree in a band of r minima with probability sʳ, and therefore in at
/// least one of b bands with probability 1 − (1 − sʳ)ᵇ. With 32 bands of 4 this is 0.9999 for s = 0.8 and 0.03 for
/// s = 0.18.
public struct MinHash: Sendable {
  /// The number of bands in a signature.
  public let bands: Int
  private let rows: Int
  private let multipliers: [UInt64]
  private let increments: [UInt64]

  /// Generates the hash functions: multiply and shift (Dietzfelbinger et al. 1997).
  public init(bands: Int = 32, rows: Int = 4, seed: UInt64) {
    (self.bands, self.rows) = (bands, rows)
    var generator = SplitMix64(state: seed)
    multipliers = (0..<bands * rows).map { _ in generator.next() | 1 }
    increments = (0..<bands * rows).map { _ in generator.next() }
  }

  /// A key for each band; texts that agree in a band have the same key for it.
  public func bandKeys(of shingles: [UInt64]) -> [UInt32] {
    var minima = [UInt32](repeating: .max, count: multipliers.count)
    for shingle in shingles {
      for function in minima.indices {
        let value = UInt32(truncatingIfNeeded: (multipliers[function] &* shingle &+ increments[function]) >> 32)
        if value < minima[function] { minima[function] = value }
      }
    }
    return (0..<bands).map { band in
      let key = minima[band * rows..<(band + 1) * rows].reduce(UInt64(band)) { SplitMix64.mixed($0 &+ UInt64($1)) }
      return UInt32(truncatingIfNeeded: key)
    }
  }
}
