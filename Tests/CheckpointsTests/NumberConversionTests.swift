import Checkpoints
import Foundation
import TestSupport
import Testing

/// Conversions are tested through a file: stored as one type, read as another.
@Suite struct NumberConversionTests {
  @Test func everyFloat16IsReadExactly() throws {
    let folder = try TemporaryFolder()
    let bits = (0...UInt16.max).map { $0 }
    let tensor = try TensorDescription(name: "all", shape: [bits.count], type: .float16)
    let writer = try SafetensorsWriter(folder["float16.safetensors"], tensors: [tensor])
    try bits.withUnsafeBytes { try writer.write("all", from: $0, as: .float16) }
    try writer.finish()
    let values = try SafetensorsFile(folder["float16.safetensors"]).floats("all")
    let wrong = zip(bits, values).filter { $1.bitPattern != reference($0) }
    #expect(wrong.isEmpty)
  }

  @Test(
    arguments: [
      (1.0, 0x3F80), (-2.5, 0xC020), (0.0, 0x0000), (Float.infinity, 0x7F80),
      // Halfway between two neighbours: to the even one, down and up.
      (Float(bitPattern: 0x3F80_8000), 0x3F80), (Float(bitPattern: 0x3F81_8000), 0x3F82),
      (Float(bitPattern: 0x3F80_8001), 0x3F81), (Float(bitPattern: 0x3F80_7FFF), 0x3F80),
      (Float.greatestFiniteMagnitude, 0x7F80), (Float(bitPattern: 0x0000_8001), 0x0001),
    ] as [(Float, UInt16)])
  func float32IsRoundedToNearestEven(value: Float, expected: UInt16) throws {
    #expect(try narrowed([value]) == [expected])
  }

  @Test func aNaNStaysANaN() throws {
    let bits = try narrowed([Float.nan, Float(bitPattern: 0x7F80_0001), Float(bitPattern: 0xFFFF_FFFF)])
    for bits in bits { #expect(Float(bitPattern: UInt32(bits) << 16).isNaN) }
  }

  @Test func bfloat16SurvivesFloat32() throws {
    let folder = try TemporaryFolder()
    let bits = (0...UInt16.max).filter { !Float(bitPattern: UInt32($0) << 16).isNaN }
    let tensor = try TensorDescription(name: "all", shape: [bits.count], type: .bfloat16)
    let writer = try SafetensorsWriter(folder["bfloat16.safetensors"], tensors: [tensor])
    try bits.withUnsafeBytes { try writer.write("all", from: $0, as: .bfloat16) }
    try writer.finish()
    let values = try SafetensorsFile(folder["bfloat16.safetensors"]).floats("all")
    #expect(values.map(\.bitPattern) == bits.map { UInt32($0) << 16 })
    #expect(try narrowed(values) == bits)
  }

  /// The bits that a writer stores for float32 values as bfloat16.
  private func narrowed(_ values: [Float]) throws -> [UInt16] {
    let folder = try TemporaryFolder()
    let tensor = try TensorDescription(name: "x", shape: [values.count, 1], type: .bfloat16)
    let writer = try SafetensorsWriter(folder["x.safetensors"], tensors: [tensor])
    try values.withUnsafeBytes { try writer.write("x", from: $0, as: .float32) }
    try writer.finish()
    var bits = [UInt16](repeating: 0, count: values.count)
    try bits.withUnsafeMutableBytes { try SafetensorsFile(folder["x.safetensors"]).read("x", as: .bfloat16, into: $0) }
    return bits
  }

  /// float16 by its definition, bit by bit.
  private func reference(_ bits: UInt16) -> UInt32 {
    let sign: Float = bits >> 15 == 0 ? 1 : -1
    let (exponent, fraction) = (Int(bits >> 10) & 31, UInt32(bits & 1023))
    switch exponent {
    case 31: return UInt32(bits & 0x8000) << 16 | 0x7F80_0000 | fraction << 13
    case 0: return (sign * Float(fraction) * Float(sign: .plus, exponent: -24, significand: 1)).bitPattern
    default: return (sign * Float(sign: .plus, exponent: exponent - 25, significand: Float(1024 + fraction))).bitPattern
    }
  }
}
