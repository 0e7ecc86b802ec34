// Macros, methods, functions and filters.
extension Renderer {
  func call(_ callee: Value, _ arguments: Arguments) throws -> Value {
    switch callee {
    case .macro(let macro): return try call(macro, arguments)
    case .function(let function): return try paid(function.call(arguments, self))
    case .method(let method): return try paid(method.call(arguments, budget))
    default: throw TemplateError("a call expects a macro, a function or a method, found \(callee.kindName)")
    }
  }

  /// Calls the macro that a `call` block names, with the block's body as its `caller`.
  func call(_ expression: Expression, withCaller caller: Macro, in scope: Scope) throws -> Value {
    guard case .call(let callee, let given) = expression.kind else { return .none }
    guard case .macro(let macro) = try evaluate(callee, in: scope) else {
      throw TemplateError(line: expression.line, "'call' expects a macro")
    }
    return try call(macro, evaluate(given, in: scope), caller: caller)
  }

  private func call(_ macro: Macro, _ arguments: Arguments, caller: Macro? = nil) throws -> Value {
    try budget.enter()
    defer { budget.leave() }
    let definition = macro.definition
    try budget.spend(units: definition.parameters.count)
    guard arguments.positional.count <= definition.parameters.count else {
      throw TemplateError(
        "too many arguments for the macro '\(definition.name)': expected at most \(definition.parameters.count), "
          + "found \(arguments.positional.count)")
    }
    let scope = Scope(in: macro.scope)
    if let caller { scope.set("caller", .macro(caller)) }
    var named = arguments.named
    for (position, parameter) in definition.parameters.enumerated() {
      if position < arguments.positional.count {
        scope.set(parameter.name, arguments.positional[position])
      } else if let index = named.firstIndex(where: { $0.name == parameter.name }) {
        scope.set(parameter.name, named.remove(at: index).value)
      } else if let defaultValue = parameter.defaultValue {
        scope.set(parameter.name, try evaluate(defaultValue, in: scope))
      } else {
        scope.set(parameter.name, .undefined("the parameter '\(parameter.name)', which has no argument"))
      }
    }
    if let unknown = named.first {
      throw TemplateError("the macro '\(definition.name)' has no parameter '\(unknown.name.prefix(40))'")
    }
    return .string(try captured { try run(definition.body, in: scope) })
  }

  func filtered(_ value: Value, by chain: FilterChain, in scope: Scope) throws -> Value {
    try chain.reduce(value) { try apply($1.filter, to: $0, evaluate($1.arguments, in: scope)) }
  }

  func apply(_ filter: Filter, to value: Value, _ arguments: Arguments) throws -> Value {
    try budget.spend(bytes: value.text?.utf8.count ?? (value.count ?? 0) * 16)
    return try paid(filter.apply(value, arguments, self))
  }
}
