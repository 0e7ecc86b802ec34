import Diagnostics
import StrictJSON

extension Message {
  /// The tool calls in a text: `{"name", "arguments"}`, or a list of such objects (LLaMA-Factory's `function_call`).
  ///
  /// - Throws: `UserError` if the text is something else.
  static func calls(inText text: String, place: String) throws -> JSONValue {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: Array(text.utf8))
    } catch let error as JSONError {
      throw UserError.file(
        "\(place) is a tool call, but its text is not JSON: \(error.problem) (column \(error.column))")
    }
    let calls = value.arrayValue ?? [value]
    if calls.isEmpty { throw UserError.file("\(place) is a tool call, but its list of calls is empty") }
    return .array(try calls.map { try call($0, place: place) })
  }

  /// A call as `tool_calls` has it.
  ///
  /// - Parameter function: an object with `name` and `arguments`.
  static func call(_ function: JSONValue, place: String) throws -> JSONValue {
    guard function["name"]?.stringValue != nil else {
      throw UserError.file(
        "\(place) calls a tool without a name; expected {\"name\": …, \"arguments\": …}, found \(function.kindName)")
    }
    return ["type": "function", "function": function]
  }

  /// A message whose tool calls are an array of objects under `tool_calls`: OpenAI's older key `function_call` is changed
  /// to the newer form, and JSON in a string is parsed.
  ///
  /// - Throws: `UserError` for calls of another form.
  static func withCalls(_ object: JSONObject, role: Role, place: String) throws -> JSONObject {
    let old = object["function_call"] ?? .null
    let calls = try toolCalls(object["tool_calls"] ?? .null, place: "\(place)['tool_calls']")
    if calls == nil, old.isNull { return object }
    if role != .assistant, !old.isNull || calls?.isEmpty == false {
      throw UserError.file(
        "\(place) calls a tool, but it is a message of the \(role.rawValue); only the assistant calls tools")
    }
    if !old.isNull, calls?.isEmpty == false {
      throw UserError.file("\(place) has both 'function_call' and 'tool_calls'; remove one of them")
    }
    let replaced = old.isNull ? calls ?? [] : [try call(old, place: "\(place)['function_call']")]
    let key = old.isNull ? "tool_calls" : "function_call"
    let members = object.members.compactMap { member -> (key: String, value: JSONValue)? in
      if member.key == key { return ("tool_calls", .array(replaced)) }
      return member.key == "tool_calls" || member.key == "function_call" ? nil : member
    }
    return JSONObject(members) ?? object
  }

  /// The calls of `tool_calls`; nil if it is null.
  private static func toolCalls(_ value: JSONValue, place: String) throws -> [JSONValue]? {
    let expected = UserError.file(
      "\(place) must be an array of calls {\"function\": {\"name\": …}}, found \(value.kindName)")
    if value.isNull { return nil }
    let parsed = value.stringValue.map { try? JSONValue(parsing: Array($0.utf8)) } ?? value
    guard let calls = parsed?.arrayValue else { throw expected }
    for (index, call) in calls.enumerated() where ((call["function"] ?? call)["name"]?.stringValue) == nil {
      throw UserError.file(
        "\(place)[\(index)] must be an object with the name of a tool, {\"function\": {\"name\": …}}")
    }
    return calls
  }
}
