/// A piece of a template's source.
struct Token: Equatable {
  enum Kind: Equatable {
    /// Text outside tags, with white space already trimmed.
    case text(String)
    /// `{{` and `}}`.
    case outputBegin, outputEnd
    /// `{%` and `%}`.
    case tagBegin, tagEnd
    case name(String)
    case string(String)
    case integer(Int)
    case float(Double)
    case symbol(String)
    case end
  }

  let kind: Kind
  /// The line of the source, counted from 1.
  let line: Int

  /// The token in words, for messages.
  var description: String {
    switch kind {
    case .text: "text"
    case .outputBegin: "'{{'"
    case .outputEnd: "'}}'"
    case .tagBegin: "'{%'"
    case .tagEnd: "'%}'"
    case .name(let name): "'\(name.prefix(40))'"
    case .string: "a string"
    case .integer(let value): "the number \(value)"
    case .float(let value): "the number \(value)"
    case .symbol(let symbol): "'\(symbol)'"
    case .end: "the end of the template"
    }
  }
}
