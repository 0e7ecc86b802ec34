import Diagnostics
import StrictJSON

extension ModelTemplate {
  /// The messages as the template sees them. A content of text parts is joined to one text, unless the template itself
  /// reads parts from messages of that role.
  ///
  /// - Throws: `UserError` of kind `file` for a part that is not text; the message does not name the record.
  func values(of messages: [Message]) throws -> [JSONValue] {
    try messages.enumerated().map { index, message in
      guard message.isInParts else { return message.templateValue }
      try message.requireTextParts(at: index)
      let value = message.templateValue
      return readsParts(message.role) ? value : value.replacing([("content", .string(message.content))])
    }
  }

  /// Renders messages as transformers would. If the template cannot write the arguments of a tool call that are JSON in
  /// a string, or does not show them, they are decoded first: it then reads them as a mapping.
  ///
  /// - Parameters:
  ///   - loses: what a result does not show.
  ///   - render: makes the result from the messages as the template sees them.
  /// - Throws: what `render` throws; `UserError` of kind `file` for arguments that cannot be decoded.
  func rendering<Result>(
    _ messages: [Message], loses: (Result) -> [LostPart], _ render: ([JSONValue]) throws -> Result
  ) throws -> Result {
    let values = try values(of: messages)
    func losesCalls(_ result: Result) -> Bool { loses(result).contains { $0.kind == .toolCall } }
    let result: Result
    do {
      result = try render(values)
    } catch let error as UserError where error.kind == .file {
      guard let decoded = try values.decodingArguments(), let result = try? render(decoded) else { throw error }
      return result
    }
    guard losesCalls(result), let decoded = try? values.decodingArguments(), let other = try? render(decoded),
      !losesCalls(other)
    else { return result }
    return other
  }

  /// Whether the template writes arguments that are JSON in a string as a string within JSON (`tojson`), of which a model
  /// would learn to write quotes and escapes.
  static func quotesArguments(_ render: ([JSONValue]) throws -> String) -> Bool {
    let arguments: JSONValue = ["key": .string(probe)]
    let call: JSONValue = [
      "type": "function", "id": "abcdefghi", "function": ["name": "f", "arguments": .string(arguments.compactText)],
    ]
    let messages: [JSONValue] = [
      ["role": "user", "content": "?"], ["role": "assistant", "content": "", "tool_calls": [call]],
    ]
    return (try? render(messages))?.contains(#"\"\#(probe)\""#) ?? false
  }

  /// Whether the template writes the text of a content in parts just like the same content as a string.
  static func readsParts(_ role: Role, _ render: ([JSONValue]) throws -> String) -> Bool {
    func text(_ content: JSONValue) -> String? {
      let message: JSONValue = ["role": .string(role.rawValue), "content": content]
      let call: JSONValue = ["type": "function", "id": "abcdefghi", "function": ["name": "f", "arguments": [:]]]
      let user: JSONValue = ["role": "user", "content": "?"]
      let conversation: [JSONValue] =
        switch role {
        case .system: [message, user]
        case .user: [message]
        case .assistant: [user, message]
        case .tool: [user, ["role": "assistant", "content": "", "tool_calls": [call]], message]
        }
      return try? render(conversation)
    }
    guard let asParts = text([["type": "text", "text": .string(probe)]]) else { return false }
    return asParts == text(.string(probe))
  }
}

extension [JSONValue] {
  /// The messages with the arguments of tool calls decoded that are JSON in a string.
  ///
  /// - Returns: nil if no arguments are a string.
  /// - Throws: `UserError` of kind `file` for a string that is not a JSON object; the message does not name the record.
  func decodingArguments() throws -> [JSONValue]? {
    var hasChanged = false
    let messages = try enumerated().map { index, message in
      guard let calls = message["tool_calls"]?.arrayValue else { return message }
      let decoded = try calls.map { call in
        let nested = call["function"]
        guard let text = (nested ?? call)["arguments"]?.stringValue else { return call }
        guard let arguments = try? JSONValue(parsing: [UInt8](text.utf8)), arguments.objectValue != nil else {
          throw UserError.file(
            "message \(index + 1): the 'arguments' of a tool call are the string '\(text.prefix(60))', expected a JSON "
              + "object: the chat template reads its members")
        }
        hasChanged = true
        let function = (nested ?? call).replacing([("arguments", arguments)])
        return nested == nil ? function : call.replacing([("function", function)])
      }
      return message.replacing([("tool_calls", .array(decoded))])
    }
    return hasChanged ? messages : nil
  }
}
