import Diagnostics

/// The arguments of a call.
struct Arguments {
  var positional: [Value] = []
  var named: [(name: String, value: Value)] = []

  /// The arguments in the order of a function's parameters, nil for a missing one.
  ///
  /// - Throws: `TemplateError` if there are too many arguments, or one is given twice or has an unknown name.
  func bound(_ callee: String, _ parameters: String...) throws -> [Value?] {
    guard positional.count <= parameters.count else {
      throw TemplateError(
        "too many arguments for '\(callee)': expected at most \(parameters.count), found \(positional.count)")
    }
    var values: [Value?] = positional
    values += Array(repeating: nil, count: parameters.count - positional.count)
    for (name, value) in named {
      guard let position = parameters.firstIndex(of: name) else {
        throw TemplateError(
          "'\(callee)' has no argument '\(name.prefix(40))'." + suggestion(for: String(name.prefix(40)), in: parameters)
        )
      }
      if values[position] != nil { throw TemplateError("the argument '\(name)' of '\(callee)' occurs twice") }
      values[position] = value
    }
    return values
  }
}

extension Value? {
  /// The text of an argument; nil if it is missing or none.
  func text(_ name: String) throws -> String? {
    guard let self, !self.isNone else { return nil }
    guard let text = self.text else { throw TemplateError("'\(name)' expects a string, found \(self.kindName)") }
    return text
  }

  /// The integer of an argument; nil if it is missing or none.
  func integer(_ name: String) throws -> Int? {
    guard let self, !self.isNone else { return nil }
    guard let value = self.integer else {
      throw TemplateError("'\(name)' expects a whole number, found \(self.kindName)")
    }
    return value
  }
}
