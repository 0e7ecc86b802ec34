/// A value during rendering, like a value in Python.
enum Value {
  /// A name or attribute that does not exist; the text describes it in messages.
  case undefined(String)
  case none
  case boolean(Bool)
  case integer(Int)
  case float(Double)
  case string(String)
  /// A string marked by `safe` or `escape`: strings added to it with `+` are escaped for HTML.
  case markup(String)
  case list([Value])
  case tuple([Value])
  case dictionary(ValueDictionary)
  case namespace(Namespace)
  case loop(LoopState)
  case macro(Macro)
  case function(GlobalFunction)
  case method(Method)

  /// The kind of value, for messages.
  var kindName: String {
    switch self {
    case .undefined(let what): what
    case .none: "none"
    case .boolean: "a boolean"
    case .integer: "a whole number"
    case .float: "a number"
    case .string, .markup: "a string"
    case .list: "a list"
    case .tuple: "a tuple"
    case .dictionary: "a mapping"
    case .namespace: "a namespace"
    case .loop: "the variable 'loop'"
    case .macro(let macro): "the macro '\(macro.definition.name)'"
    case .function(let function): "the function '\(function.name)'"
    case .method(let method): "the method '\(method.name)'"
    }
  }

  /// The text of a string, or nil for another value.
  var text: String? {
    switch self {
    case .string(let text), .markup(let text): text
    default: nil
    }
  }

  /// Whether this is an undefined name or attribute.
  var isUndefined: Bool { if case .undefined = self { true } else { false } }
  var isNone: Bool { if case .none = self { true } else { false } }

  /// Whether Python treats the value as true.
  var isTrue: Bool {
    switch self {
    case .undefined, .none: false
    case .boolean(let value): value
    case .integer(let value): value != 0
    case .float(let value): value != 0
    case .string(let text), .markup(let text): !text.isEmpty
    case .list(let elements), .tuple(let elements): !elements.isEmpty
    case .dictionary(let dictionary): !dictionary.members.isEmpty
    case .namespace, .loop, .macro, .function, .method: true
    }
  }

  /// The number, or nil for another value; booleans are numbers in Python.
  var number: Number? {
    switch self {
    case .boolean(let value): .integer(value ? 1 : 0)
    case .integer(let value): .integer(value)
    case .float(let value): .float(value)
    default: nil
    }
  }

  /// The integer, or nil for another value.
  var integer: Int? { if case .integer(let value) = number { value } else { nil } }

  /// The number of elements, members or characters; nil for a value that has no length.
  var count: Int? {
    switch self {
    case .undefined: 0
    case .string(let text), .markup(let text): text.unicodeScalars.count
    case .list(let elements), .tuple(let elements): elements.count
    case .dictionary(let dictionary): dictionary.members.count
    case .loop(let loop): loop.elements.count
    default: nil
    }
  }

  /// The values that a loop iterates over: elements, keys or characters; nil for a value without any.
  var elements: [Value]? {
    switch self {
    case .undefined: []
    case .string(let text), .markup(let text): text.unicodeScalars.map { .string(String($0)) }
    case .list(let elements), .tuple(let elements): elements
    case .dictionary(let dictionary): dictionary.members.map(\.key)
    default: nil
    }
  }
}

/// An integer or a number with a fraction.
enum Number {
  case integer(Int)
  case float(Double)

  var double: Double {
    switch self {
    case .integer(let value): Double(value)
    case .float(let value): value
    }
  }

  var value: Value {
    switch self {
    case .integer(let value): .integer(value)
    case .float(let value): .float(value)
    }
  }
}

/// `namespace(…)`: attributes that keep their values after the loop that set them.
final class Namespace {
  var attributes: ValueDictionary
  init(_ attributes: ValueDictionary) { self.attributes = attributes }
}
