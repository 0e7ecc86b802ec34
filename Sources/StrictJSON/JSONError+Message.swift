extension JSONError {
  /// The error of a file as compilers write it: `FILE:LINE: not JSON: PROBLEM (column COLUMN)`.
  ///
  /// - Parameters:
  ///   - path: the file that contains the document.
  ///   - firstLine: the line of the file on which the document begins, counted from 1.
  public func message(in path: String, startingAt firstLine: Int = 1) -> String {
    "\(path):\(firstLine + line - 1): not JSON: \(problem) (column \(column))"
  }
}
