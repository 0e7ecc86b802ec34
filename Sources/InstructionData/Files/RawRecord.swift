/// The bytes of a record in a file, and the line on which they begin.
struct RawRecord: Sendable {
  enum Content: Sendable {
    /// One JSON document.
    case json([UInt8])
    /// Plain text in UTF-8.
    case text([UInt8])
  }

  /// The line of the file on which the record begins, counted from 1.
  let line: Int
  let content: Content

  var byteCount: Int {
    switch content {
    case .json(let bytes), .text(let bytes): bytes.count
    }
  }
}

extension UInt8 {
  /// White space between the values of a JSON text (RFC 8259).
  var isJSONSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}
