import Diagnostics
import Foundation
import StrictJSON

/// An object in a tokenizer's file, with the path to it for messages.
///
/// Every key must be one that the reader knows: unknown keys are refused, never ignored.
struct FileSection {
  /// The file, for messages.
  let file: String
  /// The path to the object: `pre_tokenizer.pretokenizers[0]`.
  let path: String
  private let object: JSONObject

  /// Reads the object in a JSON file.
  ///
  /// - Throws: `UserError` if the file is not JSON or does not hold an object.
  init(json data: Data, file: String) throws {
    do {
      try self.init(JSONValue(parsing: data), file: file, path: "")
    } catch let error as JSONError {
      throw UserError.file(error.message(in: file))
    }
  }

  /// - Throws: `UserError` if the value is not an object.
  init(_ value: JSONValue, file: String, path: String) throws {
    self.file = file
    self.path = path
    guard let object = value.objectValue else {
      throw UserError.file("\(file): \(path.isEmpty ? "" : path + ": ")expected an object, found \(value.kindName).")
    }
    self.object = object
  }

  /// An error that concerns this object.
  func error(_ problem: String) -> UserError {
    UserError.file("\(file): \(path.isEmpty ? "" : path + ": ")\(problem)")
  }

  /// An error that concerns a key of this object.
  func error(at key: String, _ problem: String) -> UserError {
    UserError.file("\(file): \(path(of: key)): \(problem)")
  }

  func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// Refuses keys other than these.
  func allowOnly(_ keys: String...) throws {
    for key in object.keys where !keys.contains(key) {
      throw error(
        at: key, "unknown key; expected one of \(keys.joined(separator: ", ")).\(suggestion(for: key, in: keys))")
    }
  }

  func has(_ key: String) -> Bool { self[key] != nil }

  /// The value of a key; nil if it is absent or `null`.
  subscript(key: String) -> JSONValue? {
    guard let value = object[key], !value.isNull else { return nil }
    return value
  }

  /// The `type` of this object, which must be a known one.
  func type(knownTypes: [String]) throws -> String {
    let type = try string("type")
    guard knownTypes.contains(type) else {
      throw error(
        at: "type",
        "'\(type)' is not supported; expected one of \(knownTypes.joined(separator: ", ")).\(suggestion(for: type, in: knownTypes))"
      )
    }
    return type
  }

  func string(_ key: String) throws -> String {
    guard let value = self[key] else { throw error("the key '\(key)' is missing; expected a string.") }
    guard let string = value.stringValue else { throw error(at: key, "expected a string, found \(value.kindName).") }
    return string
  }

  func optionalString(_ key: String) throws -> String? { try self[key].map { _ in try string(key) } }

  func bool(_ key: String, default fallback: Bool? = nil) throws -> Bool {
    guard let value = self[key] else {
      guard let fallback else { throw error("the key '\(key)' is missing; expected true or false.") }
      return fallback
    }
    guard let bool = value.boolValue else { throw error(at: key, "expected true or false, found \(value.kindName).") }
    return bool
  }

  /// An integer that is not negative.
  func count(_ key: String, default fallback: Int? = nil) throws -> Int {
    guard let value = self[key] else {
      guard let fallback else { throw error("the key '\(key)' is missing; expected a whole number.") }
      return fallback
    }
    guard let number = value.intValue, number >= 0 else {
      throw error(at: key, "expected a whole number of at least 0, found \(value.kindName).")
    }
    return number
  }

  func array(_ key: String) throws -> [JSONValue] {
    guard let value = self[key] else { throw error("the key '\(key)' is missing; expected an array.") }
    guard let array = value.arrayValue else { throw error(at: key, "expected an array, found \(value.kindName).") }
    return array
  }

  /// The objects in an array.
  func sections(_ key: String) throws -> [FileSection] {
    try array(key).enumerated().map { try FileSection($1, file: file, path: "\(path(of: key))[\($0)]") }
  }

  /// The object of a key; nil if it is absent or `null`.
  func section(_ key: String) throws -> FileSection? {
    try self[key].map { try FileSection($0, file: file, path: path(of: key)) }
  }

  /// The members of this object, in the order of the file.
  var members: [(key: String, value: JSONValue)] { object.members }
}

extension FileSection {
  /// The steps of a section in order. Its type can be `Sequence`, which can contain further sequences.
  ///
  /// - Parameter key: the key that holds the parts of a sequence.
  /// - Throws: `UserError` if there are more than 64 steps, so that no file can make encoding extremely slow.
  func flattened(sequenceKey key: String) throws -> [FileSection] {
    guard self["type"]?.stringValue == "Sequence" else { return [self] }
    try allowOnly("type", key)
    let steps = try sections(key).flatMap { try $0.flattened(sequenceKey: key) }
    guard steps.count <= 64 else { throw error("\(steps.count) steps in a sequence; expected at most 64.") }
    return steps
  }
}

extension TextPattern {
  /// Reads `{"String": …}` or `{"Regex": …}`.
  ///
  /// - Throws: `UserError`.
  init(_ parent: FileSection, key: String) throws {
    guard let section = try parent.section(key) else {
      throw parent.error("the key '\(key)' is missing; expected {\"String\": …} or {\"Regex\": …}.")
    }
    try section.allowOnly("String", "Regex")
    switch (try section.optionalString("String"), try section.optionalString("Regex")) {
    case (let text?, nil):
      guard 1...1024 ~= text.utf8.count else {
        throw section.error(at: "String", "is \(text.utf8.count) bytes long; expected 1 to 1024.")
      }
      self = .literal(Array(text.utf8))
    case (nil, let regex?): self = try TextPattern(regex: regex, of: section, key: "Regex")
    default:
      throw section.error("expected exactly one of the keys 'String' and 'Regex'.")
    }
  }

  /// Reads a regular expression.
  ///
  /// - Throws: `UserError` that quotes an unsupported one and names what is not supported in it.
  init(regex: String, of section: FileSection, key: String) throws {
    if let known = Self.known.first(where: { $0.regex == regex }) {
      self = known.pattern
      return
    }
    guard regex.utf8.count <= 16384 else {
      throw section.error(at: key, "is \(regex.utf8.count) bytes long; expected at most 16384.")
    }
    do {
      self = .regex(try RegexProgram(regex))
    } catch let error as RegexParser.Unsupported {
      throw section.error(at: key, "the regular expression '\(regex)' is not supported: \(error.problem).")
    }
  }
}
