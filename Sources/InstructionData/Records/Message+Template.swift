import StrictJSON

extension Message {
  /// What makes the message special; nil for a text of system, user or assistant, which every template can write.
  var specialKind: String? {
    if role == .tool { return "the role 'tool'" }
    if let calls = fields?["tool_calls"]?.arrayValue, !calls.isEmpty { return "'tool_calls'" }
    if fields?["content"]?.arrayValue != nil { return "a content of several parts" }
    return nil
  }

  /// Whether the message has something to learn: a text or a tool call.
  var hasContent: Bool { !content.strippingWhitespace().isEmpty || specialKind == "'tool_calls'" }

  /// Whether the message is an assistant's with something to learn.
  var isLearned: Bool { role == .assistant && isTrained && hasContent }

  /// The message as a model's own template sees it: with the record's keys in their order, except that role and content
  /// are always named `role` and `content`.
  ///
  /// A reasoning text appears under each of the names that templates use for it, as in transformers
  /// (`_alias_reasoning_fields` in `utils/chat_template_utils.py`).
  var templateValue: JSONValue {
    guard let fields else { return ["role": .string(role.rawValue), "content": .string(text)] }
    let isShareGPT = fields["role"] == nil
    var members = fields.members.map { member in
      switch member.key {
      case "role": (key: "role", value: JSONValue.string(templateRole))
      case "from" where isShareGPT: (key: "role", value: JSONValue.string(templateRole))
      case "value" where isShareGPT: (key: "content", value: member.value)
      default: member
      }
    }
    let names = ["reasoning_content", "thinking", "reasoning"]
    if let reasoning = names.lazy.compactMap({ fields[$0] }).first(where: { !$0.isNull }) {
      members.removeAll { $0.key == "reasoning_content" }
      if fields["thinking"] == nil { members.insert(("thinking", reasoning), at: 0) }
      members.append(("reasoning_content", reasoning))
    }
    // A ShareGPT message may also have its own key 'content'.
    return JSONObject(members).map { .object($0) } ?? ["role": .string(role.rawValue), "content": .string(text)]
  }
}
