import Diagnostics
import StrictJSON

extension RecordDecoder {
  /// What the record gives the template besides the messages.
  func context(_ fields: RecordFields) throws -> ChatContext {
    ChatContext(tools: try tools(fields), templateOptions: try templateOptions(fields))
  }

  /// The tools of a conversation: an array of objects, the same as a string of JSON, or OpenAI's older `functions`.
  private func tools(_ fields: RecordFields) throws -> [JSONValue] {
    let (name, functions) = (fields.name(.tools), fields.object["functions"])
    guard let functions, !functions.isNull else {
      return try list(fields[.tools] ?? fields[.prompt]?["tools"] ?? .null, name)
    }
    let tools = try list(functions, "functions").map { function -> JSONValue in
      ["type": "function", "function": function]
    }
    if !tools.isEmpty, try !list(fields[.tools] ?? .null, name).isEmpty {
      throw UserError.file("the record has both '\(name)' and 'functions'; remove one of them")
    }
    return try tools.isEmpty ? list(fields[.tools] ?? .null, name) : tools
  }

  private func list(_ value: JSONValue, _ name: String) throws -> [JSONValue] {
    let value = try parsed(value, "'\(name)' must be an array of objects")
    if value.isNull { return [] }
    guard let list = value.arrayValue else {
      throw UserError.file("'\(name)' must be an array of objects, found \(value.kindName)")
    }
    return try list.enumerated().map { index, tool in
      let tool = try parsed(tool, "'\(name)'[\(index)] must be an object")
      if tool.objectValue != nil { return tool }
      throw UserError.file("'\(name)' must be an array of objects, found \(tool.kindName) in it")
    }
  }

  /// The value of a string of JSON; an empty string is null. Other values are unchanged.
  private func parsed(_ value: JSONValue, _ expected: String) throws -> JSONValue {
    guard let text = value.stringValue else { return value }
    if text.strippingWhitespace().isEmpty { return .null }
    do {
      return try JSONValue(parsing: Array(text.utf8))
    } catch let error as JSONError {
      throw UserError.file(
        "\(expected), also as JSON in a string, found a string that is not JSON: \(error.problem) (column \(error.column))"
      )
    }
  }

  private func templateOptions(_ fields: RecordFields) throws -> JSONObject? {
    guard let value = fields[.templateOptions] else { return nil }
    let name = fields.name(.templateOptions)
    guard let options = value.objectValue else { throw fields.wrongType(.templateOptions, "an object") }
    if let taken = options.keys.first(where: ChatContext.reservedNames.contains) {
      throw UserError.file(
        "'\(name)' has the key '\(taken)', which the template gets from the record itself; remove it")
    }
    return options.members.isEmpty ? nil : options
  }

  /// Refuses keys that a record of tokens cannot follow: they would change its prompt.
  func requireNoContext(_ fields: RecordFields) throws {
    for column in [RecordColumn.system, .history, .tools, .templateOptions] where fields.isFilled(column) {
      throw UserError.file(
        "'\(fields.name(column))' cannot change a prompt of token ids; remove it, or give the prompt as text")
    }
  }

  /// Refuses keys that say what is trained on in a form that is not known.
  func requireNoLossMask(_ fields: RecordFields) throws {
    for key in ["loss_mask", "assistant_masks", "loss_weight", "loss_weights", "loss_scale", "sample_weight"] {
      guard let value = fields.object[key], !value.isNull, !fields.columns.values.contains(key) else { continue }
      throw UserError.file(
        "'\(key)' says what to train on, but records say that with \"train\": true or false in their messages; remove it"
      )
    }
  }
}
