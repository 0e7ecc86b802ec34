import StrictJSON

/// What a record gives a model's own template besides the messages.
public struct ChatContext: Sendable, Equatable {
  /// The tools that the assistant may call, as the record describes them.
  public var tools: [JSONValue]
  /// Variables for the template, such as `enable_thinking`; nil if there are none.
  public var templateOptions: JSONObject?

  /// Creates a context.
  public init(tools: [JSONValue] = [], templateOptions: JSONObject? = nil) {
    self.tools = tools
    self.templateOptions = templateOptions
  }
}

extension ChatContext {
  /// The variables that a template gets in any case.
  static let reservedNames: Set<String> = ["messages", "tools", "add_generation_prompt"]
}
