import Diagnostics
import Foundation

/// A file, or standard input, as texts in UTF-8.
struct TextInput {
  /// What messages call it.
  let name: String
  private let bytes: Data

  /// Reads the file of a path, or standard input where there is none.
  ///
  /// - Throws: `UserError` of kind `file` where it can't be read.
  init(path: String?) throws {
    name = path ?? "standard input"
    do {
      if let path {
        bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      } else {
        bytes = try FileHandle.standardInput.readToEnd() ?? Data()
      }
    } catch {
      throw UserError.file("\(name) can't be read: \(error.localizedDescription)")
    }
  }

  /// The whole as one text, or each line without its line break (`\n` or `\r\n`).
  ///
  /// - Throws: `UserError` of kind `file` that names a line that is not UTF-8.
  func texts(whole: Bool) throws -> [String] {
    if whole {
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw UserError.file("\(name): not UTF-8 text.")
      }
      return [text]
    }
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    if lines.last?.isEmpty ?? false { lines.removeLast() }
    return try lines.enumerated().map { number, line in
      let content = line.last == 0x0D ? line.dropLast() : line
      guard let text = String(validating: content, as: UTF8.self) else {
        throw UserError.file("\(name), line \(number + 1): not UTF-8 text.")
      }
      return text
    }
  }
}
