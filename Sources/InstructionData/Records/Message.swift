import StrictJSON

/// Who speaks in a conversation.
public enum Role: String, Sendable, CaseIterable {
  /// The instructions before the conversation.
  case system
  /// The person.
  case user
  /// The model.
  case assistant
  /// A tool's answer to the model's call; only models' own templates can write it.
  case tool
}

/// One turn of a conversation.
public struct Message: Sendable, Equatable {
  /// Who speaks.
  public var role: Role
  /// The text of the record, unchanged.
  public var content: String
  /// Alpaca's `input` to an `instruction`, if it is not empty. The template `alpaca` has a place for it; the others put
  /// it on a new line after the instruction, as LLaMA-Factory does.
  public var input: String?
  /// The complete message of the record, if it has other keys too: a model's own template sees all of them.
  public var fields: JSONObject?
  /// Whether an assistant's message is learned; false where the record says so (`"train": false`, `"weight": 0`).
  public var isTrained: Bool

  /// Creates a turn.
  public init(
    _ role: Role, _ content: String, input: String? = nil, fields: JSONObject? = nil, isTrained: Bool = true
  ) {
    self.role = role
    self.content = content
    self.input = input
    self.fields = fields
    self.isTrained = isTrained
  }

  /// The text of the turn for templates without a separate place for `input`.
  package var text: String { input.map { "\(content)\n\($0)" } ?? content }
}
