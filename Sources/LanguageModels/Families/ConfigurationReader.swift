import Diagnostics
import StrictJSON

/// Reads values from a configuration, each refusal naming the file, the key, what was found and what was expected.
struct ConfigurationReader {
  let object: JSONObject
  let place: String

  func missing(_ key: String) -> UserError {
    UserError.file(
      "\(place): the key '\(key)' is missing.\(suggestion(for: key, in: object.keys.filter { $0 != key }))")
  }

  func wrong(_ key: String, _ value: JSONValue, _ expected: String) -> UserError {
    var found = value.kindName
    if case .number(let text) = value { found = text }
    if case .string(let text) = value { found = "'\(text)'" }
    return UserError.file("\(place): \(key): expected \(expected), found \(found)")
  }

  /// Whether the file has a key, be it null.
  func has(_ key: String) -> Bool { object[key] != nil }

  /// A value that is there and not null.
  func value(_ key: String) -> JSONValue? { object[key].flatMap { $0.isNull ? nil : $0 } }

  func string(_ key: String) throws -> String? {
    try value(key).map { value in
      guard let text = value.stringValue else { throw wrong(key, value, "a string") }
      return text
    }
  }

  func bool(_ key: String, default standard: Bool) throws -> Bool {
    guard let value = object[key] else { return standard }
    guard let bool = value.boolValue else { throw wrong(key, value, "true or false") }
    return bool
  }

  /// A number; nil where the key is missing. A null is none, as in transformers.
  func number(_ key: String) throws -> Double? {
    try object[key].map { value in
      guard let number = value.doubleValue, number >= 0 else { throw wrong(key, value, "a number of at least 0") }
      return number
    }
  }

  func size(_ key: String, default standard: Int, atMost bound: Int = 1 << 30) throws -> Int {
    guard let value = object[key] else { return standard }
    guard let number = value.intValue, 1...bound ~= number else {
      throw wrong(key, value, "a whole number from 1 to \(bound)")
    }
    return number
  }

  func integer(_ key: String, default standard: Int) throws -> Int {
    guard let value = object[key] else { return standard }
    guard let number = value.intValue else { throw wrong(key, value, "a whole number") }
    return number
  }

  /// One token id or an array of them; none where the key is null.
  func ids(_ key: String, default standard: Int32?) throws -> [Int32] {
    guard let value = object[key] else { return [standard].compactMap { $0 } }
    if value.isNull { return [] }
    return try (value.arrayValue ?? [value]).map { element in
      guard let id = element.intValue.flatMap({ Int32(exactly: $0) }) else { throw wrong(key, value, "token ids") }
      return id
    }
  }

  /// How many tokens a token sees, itself among them; nil where the key is missing or null.
  func window(_ key: String) throws -> Int? {
    try value(key).map { value in
      guard let window = value.intValue, window > 0 else { throw wrong(key, value, "a number of tokens") }
      return window
    }
  }
}
