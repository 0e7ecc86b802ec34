/// An error in a JSON text, with its place.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The line, counted from 1.
  public let line: Int
  /// The byte of the line, counted from 1.
  public let column: Int
  /// What is wrong and what was expected.
  public let problem: String

  /// `line 3, column 14: …`, for text that has no file.
  public var description: String { "line \(line), column \(column): \(problem)" }

  /// The error of a file as compilers write it: `FILE:LINE: not JSON: PROBLEM (column COLUMN)`.
  ///
  /// - Parameters:
  ///   - path: the file that contains the document.
  ///   - firstLine: the line of the file on which the document begins, counted from 1.
  public func message(in path: String, startingAt firstLine: Int = 1) -> String {
    "\(path):\(firstLine + line - 1): not JSON: \(problem) (column \(column))"
  }
}
