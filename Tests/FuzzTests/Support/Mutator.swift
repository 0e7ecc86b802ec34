import Randomness

/// Random changes to bytes, the same on every machine for the same seed.
struct Mutator: RandomNumberGenerator {
  private var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(state: seed) }

  mutating func next() -> UInt64 { generator.next() }

  /// A random number from 0 up to, but not including, a bound of at least 1.
  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

  /// A random element of a non-empty array.
  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  /// Makes one to four changes to any bytes: changes bits or bytes, removes, repeats or moves pieces, replaces binary
  /// numbers, or cuts off the end.
  mutating func bytes(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...below(4) where !bytes.isEmpty {
      let position = below(bytes.count)
      let end = min(bytes.count, position + 1 + below(40))
      switch below(9) {
      case 0: bytes[position] ^= 1 << UInt8(below(8))
      case 1: bytes[position] = UInt8(below(256))
      case 2: bytes[position] = pick(Array("\"\\{}[],:09-eEu\n\0".utf8) + [0x7F, 0x80, 0xC0, 0xE2, 0xED, 0xF4, 0xFF])
      case 3: bytes.removeSubrange(position..<end)
      case 4: bytes.insert(contentsOf: bytes[position..<end], at: position)
      case 5: bytes.insert(contentsOf: bytes[position..<end], at: below(bytes.count + 1))
      case 6: bytes.insert(UInt8(below(256)), at: position)
      case 7: replaceNumber(in: &bytes, at: position)
      default: bytes.removeSubrange(position...)
      }
    }
    return bytes
  }

  /// Overwrites 1, 2, 4 or 8 bytes with a number that readers often get wrong.
  private mutating func replaceNumber(in bytes: inout [UInt8], at position: Int) {
    let size = UInt64(bytes.count)
    let number = pick([
      0, 1, size - 1, size, size + 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
      0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, .max, .max - 7,
    ])
    for index in 0..<pick([1, 2, 4, 8]) where position + index < bytes.count {
      bytes[position + index] = UInt8(truncatingIfNeeded: number >> (8 * UInt64(index)))
    }
  }
}
