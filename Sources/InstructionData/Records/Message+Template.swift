import StrictJSON

extension Message {
  /// Whether the message is a text of system, user or assistant, which every template can write; else what it is.
  var specialKind: String? {
    if role == .tool { return "the role 'tool'" }
    if let calls = fields?["tool_calls"]?.arrayValue, !calls.isEmpty { return "'tool_calls'" }
    if fields?["content"]?.arrayValue != nil { return "a content of several parts" }
    return nil
  }

  /// Whether there is something to learn in it: a text, or a call of a tool.
  var saysSomething: Bool { !content.strippingWhitespace().isEmpty || specialKind == "'tool_calls'" }

  /// The message as a model's own template sees it: the record's keys in their order, `role` and `content` by these
  /// names.
  ///
  /// A reasoning text is given under each of the names that templates read it by, as transformers does
  /// (`_alias_reasoning_fields` in `utils/chat_template_utils.py`).
  var templateValue: JSONValue {
    guard let fields else { return ["role": .string(role.rawValue), "content": .string(text)] }
    let isShareGPT = fields["role"] == nil
    var members = fields.members.map { member in
      switch member.key {
      case "role": (key: "role", value: JSONValue.string(role.rawValue))
      case "from" where isShareGPT: (key: "role", value: JSONValue.string(role.rawValue))
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
    // A ShareGPT message may have a key 'content' of its own besides.
    return JSONObject(members).map { .object($0) } ?? ["role": .string(role.rawValue), "content": .string(text)]
  }
}
