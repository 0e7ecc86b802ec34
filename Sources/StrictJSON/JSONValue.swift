/// A JSON value (RFC 8259) as written in a file: members keep their order, numbers keep their text.
public enum JSONValue: Sendable, Equatable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number as the text in the file, so that nothing is rounded until the value is needed.
  case number(String)
  /// A string; it contains no lone surrogates.
  case string(String)
  /// An array.
  case array([JSONValue])
  /// An object; its keys are unique.
  case object(JSONObject)

  /// The kind of value, for messages: `a string`, `an object`, ….
  public var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The string, or nil if this is not a string.
  public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
  /// The boolean, or nil if this is not a boolean.
  public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
  /// The elements, or nil if this is not an array.
  public var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  /// The members, or nil if this is not an object.
  public var objectValue: JSONObject? { if case .object(let value) = self { value } else { nil } }
  /// The number as a double, or nil if this is not a number or the double is not finite.
  public var doubleValue: Double? {
    guard case .number(let text) = self, let value = Double(text), value.isFinite else { return nil }
    return value
  }
  /// The number as an integer (`3`, `3.0` and `3e0` alike), or nil if this is not an integer or does not fit.
  public var intValue: Int? {
    guard case .number(let text) = self else { return nil }
    return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
  }
  /// Whether this is `null`.
  public var isNull: Bool { self == .null }

  /// The value of a key, or nil if the key is absent or this is not an object.
  public subscript(key: String) -> JSONValue? { objectValue?[key] }
}

/// The members of a JSON object in the order of the file, each key once.
///
/// Keys are compared by their scalars, so canonically equivalent spellings are different keys.
public struct JSONObject: Sendable, Equatable {
  /// Keys and values in the order of the file.
  public let members: [(key: String, value: JSONValue)]
  /// Nil for a small object, where a search is faster than hashing.
  private let index: MemberIndex?

  /// Makes an object, or returns nil if a key occurs twice.
  public init?(_ members: [(key: String, value: JSONValue)]) {
    if members.count > 8 {
      var index = MemberIndex(capacity: members.count)
      for position in members.indices {
        guard index.insert(position, in: members) else { return nil }
      }
      self.index = index
    } else {
      for (position, member) in members.enumerated() {
        for earlier in members[..<position] where sameBytes(earlier.key, member.key) { return nil }
      }
      self.index = nil
    }
    self.members = members
  }

  /// The keys in the order of the file.
  public var keys: [String] { members.map(\.key) }

  /// The value of a key, or nil if the key is absent.
  public subscript(key: String) -> JSONValue? {
    guard let index else { return members.first { sameBytes($0.key, key) }?.value }
    return index.position(of: key, in: members).map { members[$0].value }
  }

  /// Whether two objects have equal members in the same order.
  public static func == (first: JSONObject, second: JSONObject) -> Bool {
    first.members.elementsEqual(second.members) { sameBytes($0.key, $1.key) && $0.value == $1.value }
  }
}
