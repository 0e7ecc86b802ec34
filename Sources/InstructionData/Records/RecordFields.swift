import Diagnostics
import StrictJSON

/// The members of a record by our names for them. A member that is `null` counts as absent.
struct RecordFields {
  let object: JSONObject
  /// The keys that the file uses in place of ours, where they differ.
  let columns: [RecordColumn: String]

  /// The file's name for one of our keys.
  func name(_ column: RecordColumn) -> String { columns[column] ?? column.rawValue }

  subscript(column: RecordColumn) -> JSONValue? {
    let value = object[name(column)]
    return value?.isNull == true ? nil : value
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
