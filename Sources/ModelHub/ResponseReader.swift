import Foundation

/// Parses curl's output for an answer: its head, an empty line, the body.
struct ResponseReader {
  /// Whether the complete head has arrived.
  private(set) var hasHead = false
  private var head: [UInt8] = []

  /// The largest size of a head.
  private static let headLimit = 256 << 10

  /// Reads to the end.
  ///
  /// - Throws: ``TransferFailure`` if the output is not a valid answer, or what the closures throw.
  mutating func read(
    _ descriptor: Int32, onHead: (HTTPHead) throws -> Void, onBody: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      if hasHead {
        try onBody(piece)
      } else {
        head.append(contentsOf: piece)
        try takeHeads(onHead, onBody)
      }
    }
  }

  /// Processes complete heads: those of interim answers, and the final one.
  private mutating func takeHeads(
    _ onHead: (HTTPHead) throws -> Void, _ onBody: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    while !hasHead, let end = endOfHead {
      guard let parsed = HTTPHead(head[..<end]) else { throw TransferFailure(reason: "the answer is not HTTP") }
      head.removeSubrange(..<end)
      if parsed.isInterim { continue }
      hasHead = true
      try onHead(parsed)
      if !head.isEmpty { try head.withUnsafeBytes(onBody) }
      head = []
    }
    if head.count > Self.headLimit { throw TransferFailure(reason: "the head of the answer has no end") }
  }

  /// The position after the first empty line.
  private var endOfHead: Int? {
    let mark = Array("\r\n\r\n".utf8)
    guard head.count >= mark.count else { return nil }
    return (mark.count...head.count).first { head[($0 - mark.count)..<$0].elementsEqual(mark) }
  }
}
