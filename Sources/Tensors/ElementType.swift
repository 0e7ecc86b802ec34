/// The type of a tensor's elements in memory.
public enum ElementType: String, Sendable, CaseIterable {
  /// IEEE 754 single precision.
  case float32
  /// The upper half of a float32: its range, with eight bits of precision. Stored as its bits in a `UInt16`.
  case bfloat16

  /// Bytes per element.
  public var byteCount: Int { self == .float32 ? 4 : 2 }
}

/// The bits of a float rounded to bfloat16, to nearest even.
public func bfloat16(_ value: Float) -> UInt16 {
  guard !value.isNaN else { return 0x7FC0 }
  let bits = value.bitPattern
  return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) >> 16)
}
