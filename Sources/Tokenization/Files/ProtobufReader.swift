/// Reads a message in Protocol Buffers' wire format field by field.
///
/// It never reads past the end, and it refuses groups, which are long deprecated. Values are views of one buffer; nothing
/// is copied.
struct ProtobufReader {
  /// What is wrong with the bytes.
  struct Malformed: Error {
    let problem: String
  }

  /// The value of a field.
  enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case bytes(ArraySlice<UInt8>)
  }

  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// The next field, or nil at the end.
  mutating func next() throws -> (number: Int, value: Value)? {
    guard position < bytes.endIndex else { return nil }
    let tag = try varint()
    guard let number = Int(exactly: tag >> 3), number > 0 else { throw Malformed(problem: "a field has no number") }
    switch tag & 7 {
    case 0: return (number, .varint(try varint()))
    case 1: return (number, .fixed64(try fixed(8)))
    case 5: return (number, .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
    case 2:
      guard let count = Int(exactly: try varint()), count <= bytes.endIndex - position else {
        throw Malformed(problem: "field \(number) extends beyond the end")
      }
      defer { position += count }
      return (number, .bytes(bytes[position..<position + count]))
    default: throw Malformed(problem: "field \(number) has the unknown wire type \(tag & 7)")
    }
  }

  private mutating func varint() throws -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < bytes.endIndex else { throw Malformed(problem: "a number is cut off at the end") }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw Malformed(problem: "a number is longer than 64 bits")
  }

  private mutating func fixed(_ count: Int) throws -> UInt64 {
    guard count <= bytes.endIndex - position else { throw Malformed(problem: "a number is cut off at the end") }
    var value: UInt64 = 0
    for offset in (0..<count).reversed() { value = value << 8 | UInt64(bytes[position + offset]) }
    position += count
    return value
  }
}
