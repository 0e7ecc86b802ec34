/// Protocol Buffers' wire format (protobuf.dev/programming-guides/encoding), as far as event files need it.
struct ProtobufWriter {
  /// The message so far.
  private(set) var bytes: [UInt8] = []

  /// Writes a whole number with a variable number of bytes.
  mutating func integer(_ field: Int, _ value: Int64) {
    key(field, wireType: 0)
    variable(UInt64(bitPattern: value))
  }

  /// Writes a number with eight bytes.
  mutating func double(_ field: Int, _ value: Double) {
    key(field, wireType: 1)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Writes a number with four bytes.
  mutating func float(_ field: Int, _ value: Float) {
    key(field, wireType: 5)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Writes a text in UTF-8.
  mutating func text(_ field: Int, _ value: String) { contents(field, Array(value.utf8)) }

  /// Writes a nested message.
  mutating func message(_ field: Int, _ write: (inout ProtobufWriter) -> Void) {
    var inner = ProtobufWriter()
    write(&inner)
    contents(field, inner.bytes)
  }

  private mutating func contents(_ field: Int, _ value: [UInt8]) {
    key(field, wireType: 2)
    variable(UInt64(value.count))
    bytes += value
  }

  private mutating func key(_ field: Int, wireType: UInt64) { variable(UInt64(field) << 3 | wireType) }

  private mutating func variable(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
