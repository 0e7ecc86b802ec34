/// The variables of a block. Names that it does not define are looked up in the enclosing block.
final class Scope {
  private var variables: [String: Value] = [:]
  private let around: Scope?

  init(in around: Scope? = nil) { self.around = around }

  /// The value of a name, or nil.
  subscript(name: String) -> Value? { variables[name] ?? around?[name] }

  func set(_ name: String, _ value: Value) { variables[name] = value }

  /// Removes all variables, since a macro and the scope that contains it refer to each other.
  func clear() { variables = [:] }
}
