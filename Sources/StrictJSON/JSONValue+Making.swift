extension JSONValue {
  /// A number with the shortest digits that read back as the same double; `null` where it is not finite, for which
  /// JSON has no number.
  public static func double(_ value: Double) -> JSONValue { value.isFinite ? .number("\(value)") : .null }

  /// A number with the shortest digits that read back as the same float; `null` where it is not finite.
  public static func float(_ value: Float) -> JSONValue { value.isFinite ? .number("\(value)") : .null }

  /// A whole number, exact whatever its size.
  public static func integer(_ value: some BinaryInteger) -> JSONValue { .number("\(value)") }

  /// An object with members in the order given; no key may stand twice.
  public static func members(_ members: [(key: String, value: JSONValue)]) -> JSONValue {
    guard let object = JSONObject(members) else {
      preconditionFailure("a key stands twice in a JSON object: \(members.map(\.key))")
    }
    return .object(object)
  }
}

extension JSONValue {
  /// An object with some members in place of those of the same keys, or behind the others; any other value as it is.
  public func replacing(_ changes: [(key: String, value: JSONValue)]) -> JSONValue {
    guard let object = objectValue else { return self }
    let kept = object.members.map { member in changes.last { $0.key == member.key } ?? member }
    return .members(kept + changes.filter { object[$0.key] == nil })
  }

  /// An object without the member of a key; any other value as it is.
  public func removing(_ key: String) -> JSONValue {
    guard let object = objectValue else { return self }
    return .members(object.members.filter { $0.key != key })
  }
}

// So that a program can write `["step": 3, "loss": .double(loss), "ids": .array(ids.map { .integer($0) })]`.

extension JSONValue: ExpressibleByBooleanLiteral {
  /// `true` or `false`.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSONValue: ExpressibleByIntegerLiteral {
  /// A whole number.
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
  /// An object with members in the order of the literal; no key may stand twice.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .members(elements.map { (key: $0.0, value: $0.1) })
  }
}
