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
}
