import StrictJSON

extension UnusedKeys {
  /// The keys of messages that some form of record knows.
  private static let messageKeys: Set<String> =
    Set([
      "role", "content", "from", "value", "tool_calls", "tool_call_id", "function_call", "reasoning_content",
      "reasoning", "thinking",
    ]).union(Message.trainingKeys)

  /// The keys of a record that its form does not read. A key whose value is null, or that of a key that is read, says
  /// nothing new and is left out.
  init(of fields: RecordFields, _ form: RecordForm) {
    let columns = (form.required + form.optional).filter { fields[$0] != nil }
    var known = Set(columns.map { fields.name($0) })
    if form.optional.contains(.tools) { known.insert("functions") }
    let absent = form.optional.filter { fields[$0] == nil }
    let values = columns.compactMap { fields[$0] }
    for (key, value) in fields.object.members where !known.contains(key) && !value.isNull && !values.contains(value) {
      add(record: key, column: absent.first { $0.isNamed(key) && $0.canHold(value) })
    }
    for column in columns where [.messages, .conversations, .prompt, .completion, .chosen, .rejected].contains(column) {
      let value = fields[column] ?? .null
      for message in (value["messages"] ?? value).arrayValue ?? [value] {
        // A tool's name belongs to its answer; any other author's name is only for templates that read it.
        let role = (message["role"] ?? message["from"])?.stringValue.flatMap { try? Role.meaning(of: $0, place: "") }
        let known = if case .role(.tool)? = role { Self.messageKeys.union(["name"]) } else { Self.messageKeys }
        for (key, value) in message.objectValue?.members ?? [] where !known.contains(key) && !value.isNull {
          add(message: key)
        }
      }
    }
  }
}

extension UnusedKeys {
  /// The counts by key: `{"records": {"id": 12}, "messages": {}}`.
  public var json: JSONValue {
    func counts(_ keys: [Key]) -> JSONValue { .members(keys.map { ($0.name, .integer($0.count)) }) }
    return ["records": counts(ofRecords), "messages": counts(ofMessages)]
  }
}
