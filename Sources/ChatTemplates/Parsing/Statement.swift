/// A statement of a template.
struct Statement: Sendable {
  indirect enum Kind: Sendable {
    case text(String)
    /// `{{ expression }}`.
    case output(Expression)
    /// `{% set target = expression %}`.
    case assignment(Target, Expression)
    /// `{% set target %}…{% endset %}`.
    case capture(Target, FilterChain, [Statement])
    /// `{% if %}`, `{% elif %}`, `{% else %}`.
    case conditional([(condition: Expression, body: [Statement])], otherwise: [Statement])
    case loop(Loop)
    case macro(MacroDefinition)
    /// `{% call(parameters) callee(…) %}…{% endcall %}`: the callee calls the body as `caller`.
    case call(Expression, body: MacroDefinition)
    /// `{% filter name %}…{% endfilter %}`.
    case filtered(FilterChain, [Statement])
    /// `{% with name = expression %}…{% endwith %}`.
    case with([(target: Target, value: Expression)], [Statement])
    /// `{% generation %}…{% endgeneration %}`: text of the assistant.
    case generation([Statement])
    case breakLoop
    case continueLoop
  }

  let kind: Kind
  /// The line of the template, counted from 1.
  let line: Int
}

/// The target of an assignment.
indirect enum Target: Sendable {
  case name(String)
  /// An attribute of a namespace.
  case attribute(String, String)
  case tuple([Target])
}

/// Filters with their arguments, applied one after another.
typealias FilterChain = [(filter: Filter, arguments: CallArguments)]

/// `{% for target in sequence if condition %}…{% else %}…{% endfor %}`.
struct Loop: Sendable {
  let target: Target
  let sequence: Expression
  let condition: Expression?
  let body: [Statement]
  let otherwise: [Statement]
}

/// `{% macro name(parameter, other=default) %}…{% endmacro %}`.
struct MacroDefinition: Sendable {
  let name: String
  let parameters: [(name: String, defaultValue: Expression?)]
  let body: [Statement]
}
