/// A macro with the scope in which it was defined.
final class Macro {
  let definition: MacroDefinition
  let scope: Scope

  init(_ definition: MacroDefinition, in scope: Scope) {
    self.definition = definition
    self.scope = scope
  }
}

/// A method with the value that it is called on.
final class Method {
  let object: Value
  let name: String

  init(object: Value, name: String) {
    self.object = object
    self.name = name
  }
}
