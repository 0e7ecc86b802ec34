/// Converts stored floats between the types that Attune computes with.
///
/// The loops are simple enough for the compiler to vectorise. Narrowing rounds to nearest, ties to even.
enum NumberConversion {
  /// Whether elements of one type can be converted to another: equal types are copied, float types can become float32
  /// or bfloat16.
  static func isPossible(from source: StoredType, to target: StoredType) -> Bool {
    if source == target { return true }
    return [.float32, .float16, .bfloat16].contains(source) && [.float32, .bfloat16].contains(target)
  }

  /// Converts `count` elements; both buffers must be aligned to their element.
  ///
  /// Requesting a conversion for which ``isPossible(from:to:)`` is false is a programmer's mistake.
  static func convert(
    _ source: UnsafeRawPointer, from sourceType: StoredType, to target: UnsafeMutableRawPointer,
    _ targetType: StoredType, count: Int
  ) {
    switch (sourceType, targetType) {
    case (.bfloat16, .float32):
      widenBFloat16(source.assumingMemoryBound(to: UInt16.self), target.assumingMemoryBound(to: UInt32.self), count)
    case (.float16, .float32):
      widenFloat16(source.assumingMemoryBound(to: UInt16.self), target.assumingMemoryBound(to: UInt32.self), count)
    case (.float32, .bfloat16):
      narrowToBFloat16(source.assumingMemoryBound(to: UInt32.self), target.assumingMemoryBound(to: UInt16.self), count)
    case (.float16, .bfloat16):
      let source = source.assumingMemoryBound(to: UInt16.self)
      let target = target.assumingMemoryBound(to: UInt16.self)
      for index in 0..<count { target[index] = bfloat16(fromFloat32: float32(fromFloat16: source[index])) }
    default:
      precondition(sourceType == targetType, "no conversion from \(sourceType) to \(targetType)")
      target.copyMemory(from: source, byteCount: count * sourceType.bitWidth / 8)
    }
  }

  private static func widenBFloat16(_ source: UnsafePointer<UInt16>, _ target: UnsafeMutablePointer<UInt32>, _ n: Int) {
    for index in 0..<n { target[index] = UInt32(truncatingIfNeeded: source[index]) &<< 16 }
  }

  private static func widenFloat16(_ source: UnsafePointer<UInt16>, _ target: UnsafeMutablePointer<UInt32>, _ n: Int) {
    for index in 0..<n { target[index] = float32(fromFloat16: source[index]) }
  }

  private static func narrowToBFloat16(
    _ source: UnsafePointer<UInt32>, _ target: UnsafeMutablePointer<UInt16>, _ n: Int
  ) {
    for index in 0..<n { target[index] = bfloat16(fromFloat32: source[index]) }
  }

  /// The bits of a float32 rounded to bfloat16: to nearest, ties to even; a NaN stays a (quiet) NaN.
  @inline(__always)
  static func bfloat16(fromFloat32 bits: UInt32) -> UInt16 {
    let rounded = (bits &+ 0x7FFF &+ ((bits &>> 16) & 1)) &>> 16
    let isNaN = (bits & 0x7FFF_FFFF) > 0x7F80_0000
    return UInt16(truncatingIfNeeded: isNaN ? (bits &>> 16) | 0x40 : rounded)
  }

  /// The bits of a float16 as float32, exactly; a subtraction normalises subnormal numbers.
  @inline(__always)
  static func float32(fromFloat16 bits: UInt16) -> UInt32 {
    let bits = UInt32(truncatingIfNeeded: bits)
    let shifted = (bits & 0x7FFF) &<< 13
    let exponent = shifted & 0x0F80_0000
    let rebiased = shifted &+ (112 &<< 23)
    let special = rebiased &+ (112 &<< 23)
    let subnormal = Float(bitPattern: rebiased &+ (1 &<< 23)) - Float(bitPattern: 113 &<< 23)
    let magnitude = exponent == 0x0F80_0000 ? special : exponent == 0 ? subnormal.bitPattern : rebiased
    return magnitude | (bits & 0x8000) &<< 16
  }
}
