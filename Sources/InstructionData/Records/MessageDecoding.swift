import Diagnostics
import StrictJSON

extension Role {
  /// The names of the roles in records, in `messages` and in ShareGPT.
  static let names: [(name: String, role: Role)] = [
    ("system", .system), ("user", .user), ("assistant", .assistant), ("human", .user), ("gpt", .assistant),
    ("tool", .tool),
  ]
}

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
    guard let role = Role.names.first(where: { $0.name == name })?.role else {
      let known = Role.names.map(\.name)
      throw UserError.file(
        "\(place) has the role '\(name.prefix(40))'; known roles are \(known.joined(separator: ", "))."
          + suggestion(for: String(name.prefix(40)), in: known))
    }
    // Models' own templates know messages without text (tool calls) and texts in several parts.
    let content = object[contentKey]
    if content?.isNull ?? true, object["tool_calls"]?.arrayValue?.isEmpty == false {
      self.init(role, "", fields: object)
    } else if let parts = content?.arrayValue {
      self.init(role, parts.compactMap { $0["text"]?.stringValue }.joined(separator: "\n"), fields: object)
    } else {
      // Without further keys, the message equals a turn of any other form of record.
      self.init(role, try text(contentKey), fields: object.members.count == 2 ? nil : object)
    }
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
