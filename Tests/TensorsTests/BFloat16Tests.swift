import Tensors
import Testing

@Suite("bfloat16")
struct BFloat16Tests {
  @Test(
    "Rounding is to the nearest, ties to even",
    arguments: [
      // Between 1 and 1 + 2⁻⁷ the tie goes down, between 1 + 2⁻⁷ and 1 + 2⁻⁶ up.
      (1 + 0x1p-8, 1), (1 + 0x1.8p-7, 1 + 0x1p-6), (1 + 0x1.02p-8, 1 + 0x1p-7), (1 + 0x1.FEp-9, 1),
      (-1 - 0x1p-8, -1), (-1 - 0x1.8p-7, -1 - 0x1p-6),
    ] as [(Float, Float)])
  func rounding(value: Float, expected: Float) {
    #expect(rounded([value]) == [expected])
    #expect(Float(bitPattern: UInt32(bfloat16(value)) << 16) == expected)
  }

  @Test("Zeros keep their signs, infinities and subnormals their values; too large becomes infinite")
  func extremes() {
    let smallest = Float(bitPattern: 0x0001_0000)
    let largest = Float(bitPattern: 0x7F7F_0000)
    let values: [Float] = [0, -0.0, .infinity, -.infinity, smallest, largest, .greatestFiniteMagnitude]
    let result = rounded(values)
    #expect(result == [0, -0.0, .infinity, -.infinity, smallest, largest, .infinity])
    #expect(result.map(\.sign) == values.map(\.sign))
  }

  @Test("A NaN stays one, also where only its lowest bits say so")
  func notANumber() {
    let values = [Float.nan, Float(bitPattern: 0x7F80_0001), Float(bitPattern: 0xFFFF_FFFF)]
    for value in values { #expect(rounded([value])[0].isNaN) }
    // And within whole vectors.
    #expect(rounded([Float](repeating: values[1], count: 16)).allSatisfy { $0.isNaN })
  }

  @Test("Vectors, their rests and single numbers round alike, at any length and on any threads")
  func lengths() {
    var random = RandomStream(seed: 5)
    for count in [1, 15, 16, 17, 1000, 70_001] {
      let values = (0..<count).map { _ in Float(random.normal() * 100) }
      let expected = values.map { Float(bitPattern: UInt32(bfloat16($0)) << 16) }
      #expect(rounded(values) == expected)
    }
  }

  @Test("There and back loses nothing, and a cast to the own type copies nothing")
  func roundTrip() {
    let all = Tensor([1 << 16], .bfloat16) { bytes in
      for (index, bits) in zip(bytes.indices, (UInt16.min...UInt16.max).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
      {
        bytes[index] = bits
      }
    }
    let back = all.cast(to: .float32).cast(to: .bfloat16).withBytes { Array($0.bindMemory(to: UInt16.self)) }
    #expect(back.count == 1 << 16)
    for bits in 0..<(1 << 16) where back[bits] != UInt16(bits) {
      // All NaNs become the quiet one.
      #expect(bits & 0x7FFF > 0x7F80 && back[bits] == 0x7FC0)
    }
    #expect(all.cast(to: .bfloat16).address == all.address)
  }

  private func rounded(_ values: [Float]) -> [Float] { Tensor(values).cast(to: .bfloat16).array }
}
