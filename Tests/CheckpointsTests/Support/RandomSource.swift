/// SplitMix64: the same numbers on every machine.
struct RandomSource: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in Float.random(in: -1...1, using: &self) } }

  /// The bytes with a few of them changed, cut, doubled or overwritten.
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
