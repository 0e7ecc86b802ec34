/// A piece of an HTML page. Texts that are put into a literal are escaped, other pieces are not: what comes from outside
/// stays text, wherever it stands.
package struct HTML: Sendable, Equatable, ExpressibleByStringInterpolation {
  /// The markup.
  package private(set) var markup: String

  /// Markup that stands in the program.
  package init(stringLiteral value: String) { markup = value }

  /// Markup that the program has made.
  init(markup: String) { self.markup = markup }

  /// A literal with values in it.
  package init(stringInterpolation: StringInterpolation) { markup = stringInterpolation.markup }

  /// Pieces one after another.
  init(_ pieces: [HTML]) { markup = pieces.map(\.markup).joined(separator: "\n") }

  /// Collects a literal.
  package struct StringInterpolation: StringInterpolationProtocol {
    var markup = ""

    package init(literalCapacity: Int, interpolationCount: Int) { markup.reserveCapacity(literalCapacity) }

    package mutating func appendLiteral(_ literal: String) { markup += literal }
    /// A text, escaped.
    package mutating func appendInterpolation(_ text: String) { markup += HTML.escaped(text) }
    /// A number.
    package mutating func appendInterpolation(_ number: Int) { markup += String(number) }
    /// A piece of the page.
    package mutating func appendInterpolation(_ piece: HTML) { markup += piece.markup }
    /// A piece of the page, or nothing.
    package mutating func appendInterpolation(_ piece: HTML?) { markup += piece?.markup ?? "" }
    /// Pieces one after another.
    package mutating func appendInterpolation(_ pieces: [HTML]) { markup += HTML(pieces).markup }
  }

  /// A text as it stands in an element or a quoted attribute; characters that HTML does not allow become U+FFFD.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case "\r": result += "&#13;"
      case "\0"..<" ", "\u{7F}"..."\u{9F}": result += "\u{FFFD}"
      // Marks that turn the direction of what follows them, and could make a text look like another one.
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

/// One piece behind another.
func + (first: HTML, second: HTML) -> HTML { HTML(markup: first.markup + second.markup) }
