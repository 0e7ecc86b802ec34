/// A piece of an HTML page. Strings that are interpolated into a literal are escaped, other pieces are not. So text
/// from outside stays text, wherever it appears.
package struct HTML: Sendable, Equatable, ExpressibleByStringInterpolation {
  /// The markup.
  package private(set) var markup: String

  /// Creates a piece from markup in the program's source.
  package init(stringLiteral value: String) { markup = value }

  /// Creates a piece from generated markup.
  init(markup: String) { self.markup = markup }

  /// Creates a piece from a literal with interpolated values.
  package init(stringInterpolation: StringInterpolation) { markup = stringInterpolation.markup }

  /// Joins pieces.
  init(_ pieces: [HTML]) { markup = pieces.map(\.markup).joined(separator: "\n") }

  /// Builds the markup of a literal.
  package struct StringInterpolation: StringInterpolationProtocol {
    var markup = ""

    package init(literalCapacity: Int, interpolationCount: Int) { markup.reserveCapacity(literalCapacity) }

    package mutating func appendLiteral(_ literal: String) { markup += literal }
    /// Appends an escaped text.
    package mutating func appendInterpolation(_ text: String) { markup += HTML.escaped(text) }
    /// Appends a number.
    package mutating func appendInterpolation(_ number: Int) { markup += String(number) }
    /// Appends a piece of the page.
    package mutating func appendInterpolation(_ piece: HTML) { markup += piece.markup }
    /// Appends a piece of the page, or nothing.
    package mutating func appendInterpolation(_ piece: HTML?) { markup += piece?.markup ?? "" }
    /// Appends pieces.
    package mutating func appendInterpolation(_ pieces: [HTML]) { markup += HTML(pieces).markup }
  }

  /// Escapes a text for an element or a quoted attribute; characters that HTML does not allow become U+FFFD.
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
      // Marks that change the direction of the text after them and could disguise it.
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

/// Concatenates two pieces.
func + (first: HTML, second: HTML) -> HTML { HTML(markup: first.markup + second.markup) }
