extension JSONValue {
  /// A number with the shortest digits that read back as the same double; `null` if it is not finite, since JSON has no
  /// such number.
  public static func double(_ value: Double) -> JSONValue { value.isFinite ? .number("\(value)") : .null }

  /// A number with the shortest digits that read back as the same float; `null` if it is not finite.
  public static func float(_ value: Float) -> JSONValue { value.isFinite ? .number("\(value)") : .null }

  /// An integer, exact whatever its size.
  public static func integer(_ value: some BinaryInteger) -> JSONValue { .number("\(value)") }

  /// An object with members in the given order; all keys must differ.
  public static func members(_ members: [(key: String, value: JSONValue)]) -> JSONValue {
    guard let object = JSONObject(members) else {
      preconditionFailure("a key occurs twice in a JSON object: \(members.map(\.key))")
    }
    return .object(object)
  }
}

extension JSONValue {
  /// The object with some members replaced: a new member takes the place of the one with the same key, or is added at the
  /// end. Any other value is unchanged.
  public func replacing(_ changes: [(key: String, value: JSONValue)]) -> JSONValue {
    guard let object = objectValue else { return self }
    let kept = object.members.map { member in changes.last { $0.key == member.key } ?? member }
    return .members(kept + changes.filter { object[$0.key] == nil })
  }

  /// The object without the member of a key. Any other value is unchanged.
  public func removing(_ key: String) -> JSONValue {
    guard let object = objectValue else { return self }
    return .members(object.members.filter { $0.key != key })
  }
}

// With these, a program can write `["step": 3, "loss": .double(loss), "ids": .array(ids.map { .integer($0) })]`.

extension JSONValue: ExpressibleByBooleanLiteral {
  /// `true` or `false`.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSONValue: ExpressibleByIntegerLiteral {
  /// An integer.
  public init(integerLiteral value: Int) { self = .integer(value) }
}

extension JSONValue: ExpressibleByFloatLiteral {
  /// A number.
  public init(floatLiteral value: Double) { self = .double(value) }
}

extension JSONValue: ExpressibleByStringLiteral {
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
}

extension JSONValue: ExpressibleByArrayLiteral {
  /// An array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
  /// An object with members in the order of the literal; all keys must differ.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .members(elements.map { (key: $0.0, value: $0.1) })
  }
}
