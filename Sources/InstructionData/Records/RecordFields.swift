import Diagnostics
import StrictJSON

/// The members of a record by our names for them. A member that is `null` counts as absent.
struct RecordFields {
  let object: JSONObject
  /// The keys that the file uses in place of ours, where they differ.
  let columns: [RecordColumn: String]

  /// The file's name for one of our keys.
  func name(_ column: RecordColumn) -> String {
    if let name = columns[column] { return name }
    if let alias = column.alias, object[column.rawValue]?.isNull ?? true, object[alias] != nil { return alias }
    return column.rawValue
  }

  subscript(column: RecordColumn) -> JSONValue? {
    // With `data.columns: {prompt: input}`, `input` is the prompt and nothing else.
    if columns[column] == nil, columns.values.contains(column.rawValue) { return nil }
    let value = object[name(column)]
    return value?.isNull == true ? nil : value
  }

  /// Whether a member is there and neither null nor an empty string, array or object.
  func isFilled(_ column: RecordColumn) -> Bool {
    switch self[column] {
    case nil: false
    case .string(let text)?: !text.isEmpty
    case .array(let elements)?: !elements.isEmpty
    case .object(let object)?: !object.members.isEmpty
    default: true
    }
  }

  /// A member that must be a string.
  func string(_ column: RecordColumn) throws -> String {
    guard let text = self[column]?.stringValue else { throw wrongType(column, "a string") }
    return text
  }

  /// A member that must be an array of token ids, each in `0 ..< vocabularySize`.
  func tokenIDs(_ column: RecordColumn, vocabularySize: Int) throws -> [Int32] {
    guard let elements = self[column]?.arrayValue else { throw wrongType(column, "an array of token ids") }
    return try elements.enumerated().map { position, element in
      guard let id = element.intValue.flatMap(Int32.init(exactly:)), id >= 0 else {
        throw UserError.file(
          "'\(name(column))'[\(position)] must be a token id, found \(element.shortDescription)")
      }
      guard id < vocabularySize else {
        throw UserError.file(
          "'\(name(column))'[\(position)] is the token id \(id), but the vocabulary has only \(vocabularySize) tokens")
      }
      return id
    }
  }

  /// The error for a member of the wrong type.
  func wrongType(_ column: RecordColumn, _ expected: String) -> UserError {
    UserError.file("'\(name(column))' must be \(expected), found \(self[column]?.kindName ?? "nothing")")
  }

  /// Whether a member is an array of numbers, that is, tokens instead of text.
  func holdsTokens(_ column: RecordColumn) -> Bool {
    if case .number? = self[column]?.arrayValue?.first { true } else { false }
  }
}

extension JSONValue {
  /// A number unchanged, or the kind of any other value, for error messages.
  var shortDescription: String { if case .number(let text) = self { String(text.prefix(40)) } else { kindName } }
}
