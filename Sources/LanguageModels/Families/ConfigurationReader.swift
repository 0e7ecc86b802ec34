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

  private func wrong(_ key: String, _ value: JSONValue, _ expected: String) -> UserError {
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

  func bool(_ key: String) throws -> Bool? {
    try value(key).map { value in
      guard let bool = value.boolValue else { throw wrong(key, value, "true or false") }
      return bool
    }
  }

  func number(_ key: String) throws -> Double? {
    try value(key).map { value in
      guard let number = value.doubleValue, number >= 0 else { throw wrong(key, value, "a number of at least 0") }
      return number
    }
  }

  func size(_ key: String, default standard: Int? = nil, atMost bound: Int = 1 << 30) throws -> Int {
    guard let value = value(key) else {
      if let standard { return standard }
      throw missing(key)
    }
    guard let number = value.intValue, 1...bound ~= number else {
      throw wrong(key, value, "a whole number from 1 to \(bound)")
    }
    return number
  }

  /// One token id or an array of them.
  func ids(_ key: String) throws -> [Int32] {
    guard let value = value(key) else { return [] }
    return try (value.arrayValue ?? [value]).map { element in
      guard let id = element.intValue.flatMap({ Int32(exactly: $0) }) else { throw wrong(key, value, "token ids") }
      return id
    }
  }

  /// How many tokens back a token sees.
  func window(_ key: String) throws -> Int? {
    try value(key).map { value in
      guard let window = value.intValue, window > 0 else { throw wrong(key, value, "a number of tokens") }
      return window
    }
  }
}
