import Diagnostics
import StrictJSON

extension Message {
  /// Reads `{"role", "content"}` or ShareGPT's `{"from", "value"}`.
  ///
  /// - Parameter place: the name of the value in error messages, such as `'messages'[2]`.
  init(_ value: JSONValue, place: String) throws {
    guard let object = value.objectValue else {
      throw UserError.file("\(place) must be an object with 'role' and 'content', found \(value.kindName)")
    }
    let (roleKey, contentKey) = object["role"] == nil && object["from"] != nil ? ("from", "value") : ("role", "content")
    func text(_ key: String) throws -> String {
      if let text = object[key]?.stringValue { return text }
      let keys = object.keys.prefix(20).map { "'\($0.prefix(40))'" }.joined(separator: ", ")
      throw UserError.file(
        "\(place) must have a string under '\(key)', found "
          + (object[key].map(\.kindName) ?? (keys.isEmpty ? "no keys" : "the keys \(keys)")))
    }
    let name = try text(roleKey)
    switch try Role.meaning(of: name, place: place) {
    case .call:
      let calls = try Self.calls(inText: try text(contentKey), place: place)
      let others = object.members.filter { !["from", "value", "role", "content", "tool_calls"].contains($0.key) }
      let members: [(key: String, value: JSONValue)] = [("role", "assistant"), ("content", ""), ("tool_calls", calls)]
      self.init(.assistant, "", fields: JSONObject(members + others))
      isTrained = try Self.training(of: object, role: .assistant, place: place) ?? true
    case .role(let role):
      let fields = try Self.withCalls(object, role: role, place: place)
      // Models' own templates know messages without text (tool calls) and texts in several parts.
      let content = object[contentKey]
      if content?.isNull ?? true, fields["tool_calls"]?.arrayValue?.isEmpty == false {
        self.init(role, "", fields: fields)
      } else if let parts = content?.arrayValue {
        self.init(role, try Self.text(of: parts, place: "\(place)['\(contentKey)']"), fields: fields)
      } else {
        // Without further keys, the message equals a turn of any other form of record.
        let isPlain = object.members.count == 2 && name.lowercased() != Role.developer
        self.init(role, try text(contentKey), fields: isPlain ? nil : fields)
      }
      isTrained = try Self.training(of: object, role: role, place: place) ?? true
    }
  }

  /// The text of a content in several parts.
  private static func text(of parts: [JSONValue], place: String) throws -> String {
    try parts.enumerated().compactMap { index, part in
      if part.objectValue == nil, part.stringValue == nil {
        throw UserError.file("\(place)[\(index)] must be an object with 'type', found \(part.kindName)")
      }
      return part.stringValue ?? part["text"]?.stringValue
    }.joined(separator: "\n")
  }

  /// Reads an array of messages.
  static func list(_ value: JSONValue, place: String) throws -> [Message] {
    guard let elements = value.arrayValue else {
      throw UserError.file("\(place) must be an array of messages, found \(value.kindName)")
    }
    if elements.isEmpty { throw UserError.file("\(place) contains no messages") }
    return try elements.enumerated().map { try Message($1, place: "\(place)[\($0)]") }
  }
}
