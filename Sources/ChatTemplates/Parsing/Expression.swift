/// An expression of a template.
struct Expression: Sendable {
  indirect enum Kind: Sendable {
    case none
    case boolean(Bool)
    case integer(Int)
    case float(Double)
    case string(String)
    case name(String)
    case list([Expression])
    case tuple([Expression])
    case dictionary([(key: Expression, value: Expression)])
    /// `object.name`.
    case attribute(Expression, String)
    /// `object[key]`.
    case item(Expression, Expression)
    /// `object[start:end:step]`.
    case slice(Expression, start: Expression?, end: Expression?, step: Expression?)
    case call(Expression, CallArguments)
    case filter(Expression, Filter, CallArguments)
    case test(Expression, Test, CallArguments)
    case not(Expression)
    case negative(Expression)
    case positive(Expression)
    case arithmetic(ArithmeticOperator, Expression, Expression)
    /// `a ~ b`: the values as strings.
    case concatenation([Expression])
    /// `a < b <= c`.
    case comparison(Expression, [(relation: Relation, operand: Expression)])
    case and(Expression, Expression)
    case or(Expression, Expression)
    /// `value if condition else other`; without `else` it is undefined.
    case conditional(condition: Expression, value: Expression, other: Expression?)
  }

  let kind: Kind
  /// The line of the template, counted from 1.
  let line: Int
}

/// The arguments of a call as written in the template.
struct CallArguments: Sendable {
  var positional: [Expression] = []
  var named: [(name: String, value: Expression)] = []
}

enum ArithmeticOperator: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case floorDivide = "//"
  case remainder = "%"
  case power = "**"
}

enum Relation: String, Sendable {
  case equal = "=="
  case unequal = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case contained = "in"
  case notContained = "not in"
}
