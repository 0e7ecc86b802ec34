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
      throw UserError.file("\(place) is a tool call, but its text is not JSON: \(error.problem) (column \(error.column))")
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

  /// A message with OpenAI's older key `function_call` in place of `tool_calls`, changed to the newer form.
  static func replacingFunctionCall(in object: JSONObject, role: Role, place: String) throws -> JSONObject {
    guard let call = object["function_call"], !call.isNull else { return object }
    if object["tool_calls"]?.arrayValue?.isEmpty == false {
      throw UserError.file("\(place) has both 'function_call' and 'tool_calls'; remove one of them")
    }
    if role != .assistant {
      throw UserError.file("\(place) has 'function_call', but only the assistant calls tools")
    }
    let calls: JSONValue = .array([try Self.call(call, place: "\(place)['function_call']")])
    let members = object.members.compactMap { member -> (key: String, value: JSONValue)? in
      switch member.key {
      case "tool_calls": nil
      case "function_call": ("tool_calls", calls)
      default: member
      }
    }
    return JSONObject(members) ?? object
  }
}
