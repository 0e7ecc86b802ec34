import Diagnostics
import Foundation

/// Takes apart what curl writes for an answer: its head, an empty line, the body.
struct ResponseReader {
  /// Whether a whole head has come.
  private(set) var hasHead = false
  private var head: [UInt8] = []

  /// No head is longer than this.
  private static let headLimit = 256 << 10

  /// Reads to the end.
  ///
  /// - Throws: ``TransferFailure`` where no answer can be made out, or what the closures throw.
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

  /// Takes the heads that are complete: those of interim answers, and the one that counts.
  private mutating func takeHeads(
    _ onHead: (HTTPHead) throws -> Void, _ onBody: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    while !hasHead, let end = endOfHead {
      guard let parsed = HTTPHead(head[..<end]) else { throw TransferFailure(reason: "an answer that is not HTTP") }
      head.removeSubrange(..<end)
      if parsed.isInterim { continue }
      hasHead = true
      try onHead(parsed)
      if !head.isEmpty { try head.withUnsafeBytes(onBody) }
      head = []
    }
    if head.count > Self.headLimit { throw TransferFailure(reason: "an answer whose head has no end") }
  }

  /// The position behind the first empty line.
  private var endOfHead: Int? {
    let mark = Array("\r\n\r\n".utf8)
    guard head.count >= mark.count else { return nil }
    return (mark.count...head.count).first { head[($0 - mark.count)..<$0].elementsEqual(mark) }
  }
}
