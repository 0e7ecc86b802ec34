/// What is wrong with a template, or with what it was given, and where in the template.
struct TemplateError: Error {
  /// The line of the template, counted from 1; nil where the place that knows it has not been reached yet.
  var line: Int?
  /// What was found and what was expected.
  let message: String
  /// Whether the template itself refused its input by `raise_exception`.
  var isRaised = false
  /// Whether a limit of this engine was reached, so that no other input will fare better.
  var isLimit = false

  init(line: Int? = nil, _ message: String) {
    self.line = line
    self.message = message
  }

  static func raised(_ message: String) -> TemplateError {
    var error = TemplateError(message)
    error.isRaised = true
    return error
  }

  static func limit(_ message: String) -> TemplateError {
    var error = TemplateError(message)
    error.isLimit = true
    return error
  }

  /// The same, at a line where none is known yet.
  func at(_ line: Int) -> TemplateError {
    var error = self
    if error.line == nil { error.line = line }
    return error
  }
}
