/// What a tensor's elements are in memory.
public enum ElementType: String, Sendable, CaseIterable {
  /// IEEE 754 single precision.
  case float32
  /// The upper half of a float32: its range, with eight bits of precision. Stored as its bits in a `UInt16`.
  case bfloat16

  /// Bytes per element.
  public var byteCount: Int { self == .float32 ? 4 : 2 }
}
