import Foundation

/// Lines of standard input as they come.
struct LineInput {
  /// What came.
  enum Event: Equatable {
    /// A line without its line break.
    case line(String)
    /// A line that is not UTF-8 text.
    case unreadable
    /// A signal, before a line was complete.
    case interrupted
    /// There are no more.
    case end
  }

  private var pending: [UInt8] = []
  private var isAtEnd = false

  /// The longest line in bytes; the rest of a longer one counts as the next line.
  private static let longestLine = 1 << 20

  /// Waits for a line.
  mutating func next() -> Event {
    while true {
      if let end = pending.firstIndex(of: 0x0A) {
        defer { pending.removeSubrange(...end) }
        return Self.line(pending[..<end])
      }
      if isAtEnd || pending.count >= Self.longestLine {
        if pending.isEmpty { return .end }
        defer { pending = [] }
        return Self.line(pending[...])
      }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count > 0 {
        pending += buffer[..<count]
      } else if count < 0, errno == EINTR {
        return .interrupted
      } else {
        isAtEnd = true
      }
    }
  }

  private static func line(_ bytes: ArraySlice<UInt8>) -> Event {
    String(validating: bytes, as: UTF8.self).map { .line($0) } ?? .unreadable
  }
}
