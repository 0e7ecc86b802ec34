/// A JSON value (RFC 8259) as it stands in a file: members keep their order, numbers keep their text.
public enum JSONValue: Sendable, Equatable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number, as the text that stands in the file: nothing is rounded before somebody asks.
  case number(String)
  /// A string; lone surrogates have been refused.
  case string(String)
  /// An array.
  case array([JSONValue])
  /// An object; no key stands twice.
  case object(JSONObject)

  /// What kind of value this is, for messages: `a string`, `an object`, ….
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

  /// The string, where this is one.
  public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
  /// The boolean, where this is one.
  public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
  /// The elements, where this is an array.
  public var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  /// The members, where this is an object.
  public var objectValue: JSONObject? { if case .object(let value) = self { value } else { nil } }
  /// The number as a finite double, where this is one.
  public var doubleValue: Double? {
    guard case .number(let text) = self, let value = Double(text), value.isFinite else { return nil }
    return value
  }
  /// The number as an integer, where this is a whole one that fits (`3`, `3.0` and `3e0` alike).
  public var intValue: Int? {
    guard case .number(let text) = self else { return nil }
    return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
  }
  /// Whether this is `null`.
  public var isNull: Bool { self == .null }

  /// The member of an object, or nil where there is none or this is no object.
  public subscript(key: String) -> JSONValue? { objectValue?[key] }
}

/// The members of a JSON object, in the order in which they stand, each key once.
///
/// Keys are told apart by their scalars: canonically equivalent spellings are different keys.
public struct JSONObject: Sendable, Equatable {
  /// Keys and values in the order of the file.
  public let members: [(key: String, value: JSONValue)]
  /// Nil for a small object, which is searched faster than it is hashed.
  private let index: MemberIndex?

  /// Makes an object; nil where a key stands twice.
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

  /// The value of a key, or nil where it is absent.
  public subscript(key: String) -> JSONValue? {
    guard let index else { return members.first { sameBytes($0.key, key) }?.value }
    return index.position(of: key, in: members).map { members[$0].value }
  }

  /// Whether two objects have equal members in the same order.
  public static func == (first: JSONObject, second: JSONObject) -> Bool {
    first.members.elementsEqual(second.members) { sameBytes($0.key, $1.key) && $0.value == $1.value }
  }
}
