/// The variables of a block: what is not found here is looked for in the block around.
final class Scope {
  private var variables: [String: Value] = [:]
  private let around: Scope?

  init(in around: Scope? = nil) { self.around = around }

  /// The value of a name, or nil.
  subscript(name: String) -> Value? { variables[name] ?? around?[name] }

  func set(_ name: String, _ value: Value) { variables[name] = value }

  /// Forgets all variables: a macro and the scope it stands in hold each other.
  func clear() { variables = [:] }
}
