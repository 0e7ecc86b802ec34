import Randomness

extension SplitMix64 {
  /// Numbers from -1 to 1.
  mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in Float.random(in: -1...1, using: &self) } }

  /// The bytes with a few of them changed, removed, duplicated or overwritten.
  mutating func mutated(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0..<Int.random(in: 1...4, using: &self) where !bytes.isEmpty {
      let position = Int.random(in: 0..<bytes.count, using: &self)
      switch Int.random(in: 0..<5, using: &self) {
      case 0: bytes[position] = UInt8.random(in: 0...255, using: &self)
      case 1: bytes[position] ^= 1 << Int.random(in: 0..<8, using: &self)
      case 2: bytes.removeSubrange(position...)
      case 3:
        let length = min(Int.random(in: 1...64, using: &self), bytes.count - position)
        bytes.insert(
          contentsOf: bytes[position..<(position + length)], at: Int.random(in: 0...bytes.count, using: &self))
      default:
        for place in position..<min(bytes.count, position + 8) { bytes[place] = [0, 255].randomElement(using: &self)! }
      }
    }
    return bytes
  }
}
