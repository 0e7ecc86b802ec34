import Foundation

/// Renders one conversation: runs the statements of a template.
final class Renderer {
  let budget = Budget()
  /// The time that the template reads from the clock.
  let time: Date
  /// The text written so far in the innermost captured block.
  var output = ""
  /// The number of captures (macros, block sets) around the current statement.
  var captures = 0
  /// The ranges of the assistant's text, in bytes of the output.
  var generated: [Range<Int>] = []
  /// The objects that can contain themselves. They are emptied at the end, so that they are freed.
  private var scopes: [Scope] = []
  private var namespaces: [Namespace] = []
  private static let mostNamespaces = 1_000

  /// How a body ended.
  enum Flow { case next, breakLoop, continueLoop }

  init(time: Date) { self.time = time }

  deinit {
    for namespace in namespaces { namespace.attributes = ValueDictionary() }
    for scope in scopes { scope.clear() }
  }

  /// Runs statements in order.
  func run(_ body: [Statement], in scope: Scope) throws -> Flow {
    try budget.enter()
    defer { budget.leave() }
    for statement in body {
      do {
        let flow = try run(statement, in: scope)
        if flow != .next { return flow }
      } catch let error as TemplateError {
        throw error.at(statement.line)
      }
    }
    return .next
  }

  private func run(_ statement: Statement, in scope: Scope) throws -> Flow {
    try budget.spend()
    switch statement.kind {
    case .text(let text): try write(text)
    case .output(let expression): try write(try evaluate(expression, in: scope).written(budget))
    case .assignment(let target, let expression): try assign(evaluate(expression, in: scope), to: target, in: scope)
    case .capture(let target, let chain, let body):
      let text = try captured { try run(body, in: Scope(in: scope)) }
      try assign(filtered(.string(text), by: chain, in: scope), to: target, in: scope)
    case .conditional(let branches, let otherwise): return try runBranch(branches, otherwise, scope)
    case .loop(let loop): try run(loop, in: scope)
    case .macro(let definition): scope.set(definition.name, .macro(try macro(definition, in: scope)))
    case .call(let callee, let body):
      try write(try call(callee, withCaller: macro(body, in: scope), in: scope).written(budget))
    case .filtered(let chain, let body):
      let text = try captured { try run(body, in: Scope(in: scope)) }
      try write(try filtered(.string(text), by: chain, in: scope).written(budget))
    case .with(let bindings, let body):
      let inner = Scope(in: scope)
      for (target, value) in bindings { try assign(evaluate(value, in: scope), to: target, in: inner) }
      return try run(body, in: inner)
    case .generation(let body): try generate(body, scope)
    case .breakLoop: return .breakLoop
    case .continueLoop: return .continueLoop
    }
    return .next
  }

  private func runBranch(
    _ branches: [(condition: Expression, body: [Statement])], _ otherwise: [Statement], _ scope: Scope
  ) throws -> Flow {
    for branch in branches where try evaluate(branch.condition, in: scope).isTrue {
      return try run(branch.body, in: scope)
    }
    return otherwise.isEmpty ? .next : try run(otherwise, in: scope)
  }

  private func run(_ loop: Loop, in scope: Scope) throws {
    let sequence = try evaluate(loop.sequence, in: scope)
    if let text = sequence.text, text.utf8.count > Budget.longestWalk {
      throw TemplateError.limit("'for' iterates over a string of more than \(Budget.longestWalk) bytes")
    }
    guard var elements = sequence.elements else {
      throw TemplateError(
        line: loop.sequence.line, "'for' expects a list, a mapping or a string, found \(sequence.kindName)")
    }
    // Each character of a string becomes a value here.
    try budget.spend(units: sequence.text == nil ? 1 : elements.count)
    if let condition = loop.condition {
      elements = try elements.filter { element in
        let inner = Scope(in: scope)
        try assign(element, to: loop.target, in: inner)
        return try evaluate(condition, in: inner).isTrue
      }
    }
    if elements.isEmpty {
      _ = try run(loop.otherwise, in: Scope(in: scope))
      return
    }
    for index in elements.indices {
      let inner = Scope(in: scope)
      inner.set("loop", .loop(LoopState(elements: elements, index: index)))
      try assign(elements[index], to: loop.target, in: inner)
      if try run(loop.body, in: inner) == .breakLoop { break }
    }
  }

  private func generate(_ body: [Statement], _ scope: Scope) throws {
    if captures > 0 { throw TemplateError("'generation' in a macro or block set is not supported") }
    let start = output.utf8.count
    _ = try run(body, in: Scope(in: scope))
    generated.append(start..<output.utf8.count)
  }

  /// Assigns a value to a name, to an attribute of a namespace, or to several of them.
  func assign(_ value: Value, to target: Target, in scope: Scope) throws {
    switch value {
    case .loop, .method: throw TemplateError("\(value.kindName) cannot be stored in a variable")
    default: break
    }
    switch target {
    case .name(let name): scope.set(name, value)
    case .attribute(let name, let attribute):
      guard case .namespace(let namespace) = scope[name] else {
        throw TemplateError("cannot assign to '\(name).\(attribute)': '\(name)' is not a namespace")
      }
      namespace.attributes.set(.string(attribute), value)
    case .tuple(let targets):
      try budget.spend(units: targets.count)
      guard let elements = value.elements, elements.count == targets.count else {
        throw TemplateError(
          "expected \(targets.count) values to assign, found \(value.count.map(String.init) ?? value.kindName)"
        )
      }
      for (target, element) in zip(targets, elements) { try assign(element, to: target, in: scope) }
    }
  }

  /// Writes a text.
  func write(_ text: String) throws {
    try budget.spend(on: text)
    output += text
  }

  /// The text that a body writes.
  func captured(_ body: () throws -> Flow) throws -> String {
    let around = output
    output = ""
    captures += 1
    defer {
      output = around
      captures -= 1
    }
    _ = try body()
    return output
  }

  /// Makes a macro, whose scope is emptied when the rendering ends.
  private func macro(_ definition: MacroDefinition, in scope: Scope) throws -> Macro {
    // It and all variables of its scope remain until the end.
    try budget.spend(bytes: 1_000)
    scopes.append(scope)
    return Macro(definition, in: scope)
  }

  /// Makes a namespace, which is emptied when the rendering ends.
  func namespace(_ attributes: ValueDictionary) throws -> Namespace {
    if namespaces.count == Self.mostNamespaces {
      throw TemplateError.limit("the template makes more than \(Self.mostNamespaces) namespaces")
    }
    let namespace = Namespace(attributes)
    namespaces.append(namespace)
    return namespace
  }
}
