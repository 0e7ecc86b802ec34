/// An error in a template or in its input, with the line of the template.
struct TemplateError: Error {
  /// The line of the template, counted from 1; nil until the error reaches a caller that knows the line.
  var line: Int?
  /// What is wrong and what was expected.
  let message: String
  /// Whether the template itself refused its input with `raise_exception`.
  var isRaised = false
  /// Whether the template reached a limit of this engine, so that no other input will do better.
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

  /// The same error, with this line if it has none yet.
  func at(_ line: Int) -> TemplateError {
    var error = self
    if error.line == nil { error.line = line }
    return error
  }
}
