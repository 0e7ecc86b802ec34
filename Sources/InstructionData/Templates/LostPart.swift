/// Something that a record says and that the text rendered from it does not show.
public struct LostPart: Sendable, Equatable {
  /// What kind of thing is lost.
  public enum Kind: String, Sendable, CaseIterable {
    /// The text of a message.
    case text
    /// The reasoning before an answer.
    case reasoning
    /// The name or the arguments of a tool call.
    case toolCall = "tool-call"
    /// A tool that the assistant may call.
    case tool
  }

  /// What kind of thing is lost.
  public let kind: Kind
  /// The message, counted from 1; nil for a tool of the record.
  public let message: Int?
  /// The beginning of what is lost.
  public let excerpt: String

  init(_ kind: Kind, message: Int?, _ text: String) {
    (self.kind, self.message) = (kind, message)
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    excerpt = line.count > 40 ? line.prefix(39) + "…" : line
  }
}

extension LostPart: CustomStringConvertible {
  /// `the reasoning of message 2 ('Oaks are trees.')`.
  public var description: String {
    let what =
      switch kind {
      case .text: "the text"
      case .reasoning: "the reasoning"
      case .toolCall: "the tool call"
      case .tool: "the tool"
      }
    return what + (message.map { " of message \($0) ('\(excerpt)')" } ?? " '\(excerpt)'")
  }
}

/// What happens to a record if its template does not show all that it says: the recipe's `data.lost_parts`.
public enum LostPartsPolicy: String, Sendable, CaseIterable {
  /// Report an error that names the record and what is lost.
  case error
  /// Train on what remains, with one warning for each kind of lost part.
  case warn
  /// Train on what remains.
  case allow
}
