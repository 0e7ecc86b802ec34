import Diagnostics

/// The arguments of a call.
struct Arguments {
  var positional: [Value] = []
  var named: [(name: String, value: Value)] = []

  /// The arguments in the order of a function's parameters, nil where none is given.
  ///
  /// - Throws: `TemplateError` for an argument too many, given twice or of an unknown name.
  func bound(_ callee: String, _ parameters: String...) throws -> [Value?] {
    guard positional.count <= parameters.count else {
      throw TemplateError("'\(callee)' takes at most \(parameters.count) arguments, found \(positional.count)")
    }
    var values: [Value?] = positional
    values += Array(repeating: nil, count: parameters.count - positional.count)
    for (name, value) in named {
      guard let place = parameters.firstIndex(of: name) else {
        throw TemplateError(
          "'\(callee)' has no argument '\(name.prefix(40))'." + suggestion(for: String(name.prefix(40)), in: parameters)
        )
      }
      if values[place] != nil { throw TemplateError("'\(callee)' is given the argument '\(name)' twice") }
      values[place] = value
    }
    return values
  }
}

extension Value? {
  /// The text of an argument; nil where it is left out or none.
  func text(_ name: String) throws -> String? {
    guard let self, !self.isNone else { return nil }
    guard let text = self.text else { throw TemplateError("'\(name)' expects a string, found \(self.kindName)") }
    return text
  }

  /// The whole number of an argument; nil where it is left out or none.
  func integer(_ name: String) throws -> Int? {
    guard let self, !self.isNone else { return nil }
    guard let value = self.integer else {
      throw TemplateError("'\(name)' expects a whole number, found \(self.kindName)")
    }
    return value
  }
}
