import Diagnostics
import StrictJSON

extension Message {
  /// What makes the message special; nil for a text of system, user or assistant, which every template can write.
  var specialKind: String? {
    if role == .tool { return "the role 'tool'" }
    if let calls = fields?["tool_calls"]?.arrayValue, !calls.isEmpty { return "'tool_calls'" }
    return nil
  }

  /// The content in the record: that of `content`, or of ShareGPT's `value`.
  private var rawContent: JSONValue? { fields.flatMap { $0["role"] == nil ? $0["value"] : $0["content"] } }

  /// Whether the content is a list of parts.
  var isInParts: Bool { rawContent?.arrayValue != nil }

  /// Checks that every part of the content is text.
  ///
  /// - Throws: `UserError` of kind `file` that names the kind of another part.
  func requireTextParts(at index: Int) throws {
    for part in rawContent?.arrayValue ?? [] {
      let type = part["type"]?.stringValue
      if part.stringValue != nil || (part["text"]?.stringValue != nil && type ?? "text" == "text") { continue }
      let found = type.map { "of type '\($0.prefix(40))'" } ?? "that is \(part.kindName)"
      throw UserError.file("message \(index + 1) has a part \(found); only parts of type 'text' can be trained on")
    }
  }

  /// Whether the message has something to learn: a text or a tool call.
  var hasContent: Bool { !content.strippingWhitespace().isEmpty || specialKind == "'tool_calls'" }

  /// Whether the message is an assistant's with something to learn.
  var isLearned: Bool { role == .assistant && isTrained && hasContent }

  /// The message as a model's own template sees it: with the record's keys in their order, except that role and content
  /// are always named `role` and `content`, and keys whose value is null are absent, as in transformers.
  ///
  /// A reasoning text appears under each of the names that templates use for it, as in transformers
  /// (`_alias_reasoning_fields` in `utils/chat_template_utils.py`).
  var templateValue: JSONValue {
    guard let fields else { return ["role": .string(role.rawValue), "content": .string(text)] }
    let isShareGPT = fields["role"] == nil
    var members = fields.members.filter { !$0.value.isNull }.map { member in
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
