/// CRC-32C (Castagnoli, RFC 3720, appendix B.4), with a table.
struct CRC32C {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 0 ? value >> 1 : value >> 1 ^ 0x82F6_3B78 }
  }

  private var state = ~UInt32(0)

  /// The checksum of the bytes so far.
  var value: UInt32 { ~state }

  /// Adds bytes.
  mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { state = state >> 8 ^ Self.table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] }
  }

  /// The checksum of bytes as TFRecord files store it: rotated and shifted by a constant, because computing the
  /// checksum of data that contain checksums is problematic (TensorFlow's `crc32c.h`).
  static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var checksum = CRC32C()
    checksum.add(bytes)
    let value = checksum.value
    return (value >> 15 | value << 17) &+ 0xA282_EAD8
  }
}
