import StrictJSON

/// Who speaks in a conversation.
public enum Role: String, Sendable, CaseIterable {
  /// The rules of the conversation, ahead of it.
  case system
  /// The person.
  case user
  /// The model.
  case assistant
  /// What a tool answered to the model's call; only models' own templates write it.
  case tool
}

/// One turn of a conversation.
public struct Message: Sendable, Equatable {
  /// Who speaks.
  public var role: Role
  /// The text, as it stands in the record.
  public var content: String
  /// Alpaca's `input` beside an `instruction`, where it is not empty. The template `alpaca` has a place for it; the
  /// others put it behind the instruction on a line of its own, as LLaMA-Factory does.
  public var input: String?
  /// The message as it stands in a record, where it does: a model's own template sees all of its keys.
  public var fields: JSONObject?

  /// Makes a turn.
  public init(_ role: Role, _ content: String, input: String? = nil, fields: JSONObject? = nil) {
    self.role = role
    self.content = content
    self.input = input
    self.fields = fields
  }

  /// The text of the turn for templates that have no place of its own for `input`.
  package var text: String { input.map { "\(content)\n\($0)" } ?? content }
}
