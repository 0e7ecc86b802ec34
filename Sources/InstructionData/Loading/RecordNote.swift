import Diagnostics

/// Something worth knowing about a record that can be used.
public struct RecordNote: Sendable, Equatable {
  /// What kind of thing is worth knowing.
  public enum Kind: String, Sendable, CaseIterable {
    /// The rendered text does not show the text of a message.
    case lostText = "lost-text"
    /// The rendered text does not show the reasoning of an answer.
    case lostReasoning = "lost-reasoning"
    /// The rendered text does not show a tool call.
    case lostToolCall = "lost-tool-call"
    /// The rendered text does not show a tool.
    case lostTool = "lost-tool"
    /// A message contains the name of a special token and is tokenized to that token.
    case specialToken = "special-token"
    /// A text itself begins or ends with the token that begins or ends every text.
    case framedText = "framed-text"
    /// No token ends an answer.
    case openEnd = "open-end"
    /// A message in the middle of a conversation is empty.
    case emptyTurn = "empty-turn"
    /// A tool or the arguments of a call contain null, which `datasets` writes for keys that a record does not have.
    case nestedNull = "nested-null"
    /// The arguments of a call are JSON in a string, which the template writes in quotes and with escapes.
    case quotedArguments = "quoted-arguments"
    /// The record gives the template a variable that it does not read.
    case unreadOption = "unread-option"

    /// Whether something that the record says is lost.
    public var isLoss: Bool {
      switch self {
      case .lostText, .lostReasoning, .lostToolCall, .lostTool: true
      case .specialToken, .framedText, .openEnd, .emptyTurn, .nestedNull, .quotedArguments, .unreadOption: false
      }
    }
  }

  /// What kind of thing it is.
  public let kind: Kind
  /// What it is in this record: `the reasoning of message 2 ('Oaks are trees.')`.
  public let detail: String

  /// `the rendered text does not show the reasoning of message 2 ('Oaks are trees.')`.
  public var sentence: String { kind.isLoss ? "the rendered text does not show \(detail)" : detail }

  init(_ kind: Kind, _ detail: String) { (self.kind, self.detail) = (kind, detail) }

  init(_ lost: LostPart) {
    let kind: Kind =
      switch lost.kind {
      case .text: .lostText
      case .reasoning: .lostReasoning
      case .toolCall: .lostToolCall
      case .tool: .lostTool
      }
    self.init(kind, lost.description)
  }
}

/// A record of which the rendered text does not show everything.
struct IncompleteRecord: Error {
  let lost: [LostPart]

  /// The error for the user; it does not name the file.
  var error: UserError {
    let others = lost.count > 3 ? " and \(lost.count - 3) other parts" : ""
    return .file(
      "the rendered text does not show \(lost.prefix(3).map(\.description).joined(separator: ", "))\(others)\(remedy)")
  }

  /// The problem without what differs from record to record.
  var problem: String {
    let kinds = Set(lost.map(\.kind))
    return "lost: " + LostPart.Kind.allCases.filter(kinds.contains).map(\.rawValue).joined(separator: ", ")
  }

  private var remedy: String {
    "; choose a data.template that writes it, remove it from the record, or continue without it (data.lost_parts: warn "
      + "or allow)"
  }
}
