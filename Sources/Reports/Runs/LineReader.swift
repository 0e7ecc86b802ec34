import Diagnostics
import Foundation

/// Reads a text file line by line, a mebibyte at a time: a run's metrics may be larger than what one wants in memory.
///
/// - Parameters:
///   - longest: bytes of the longest line that is taken.
///   - body: told each complete line with its number; what stands behind the last line break is still being written.
/// - Throws: `UserError` of kind `file`; what `body` throws.
func readLines(of url: URL, longest: Int = 64 << 20, _ body: (Data, Int) throws -> Void) throws {
  guard let handle = FileHandle(forReadingAtPath: url.path) else {
    throw UserError.file("\(url.path): cannot be read, or is not there")
  }
  defer { try? handle.close() }
  var (rest, number) = (Data(), 0)
  while true {
    let chunk: Data
    do { chunk = try handle.read(upToCount: 1 << 20) ?? Data() } catch {
      throw UserError.file("\(url.path): cannot be read: \(error.localizedDescription)")
    }
    guard !chunk.isEmpty else { return }
    rest += chunk
    var start = rest.startIndex
    while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
      number += 1
      if end > start { try body(rest[start..<end], number) }
      start = end + 1
    }
    rest = Data(rest[start...])
    guard rest.count <= longest else {
      throw UserError.file("\(url.path), line \(number + 1): is longer than \(longest) bytes")
    }
  }
}
