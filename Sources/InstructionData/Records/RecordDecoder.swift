import Diagnostics
import StrictJSON

/// Decodes records from JSON values, for one purpose.
///
/// The keys of a record determine its form. Error messages do not name the file.
public struct RecordDecoder: Sendable {
  let purpose: RecordPurpose
  let columns: [RecordColumn: String]
  private let vocabularySize: Int

  /// Creates a decoder.
  ///
  /// - Parameters:
  ///   - columns: the keys that the file uses in place of ours.
  ///   - vocabularySize: ids of tokenized records must be smaller.
  /// - Throws: `UserError` of kind `recipe` if `columns` renames a key that no form has.
  public init(purpose: RecordPurpose, columns: [String: String] = [:], vocabularySize: Int? = nil) throws {
    var renamed: [RecordColumn: String] = [:]
    let known = RecordColumn.allCases.map(\.rawValue)
    for (ours, theirs) in columns.sorted(by: { $0.key < $1.key }) {
      guard let column = RecordColumn(rawValue: ours) else {
        throw UserError.recipe(
          "data.columns: no form of record has the key '\(ours)'; the keys are \(known.joined(separator: ", "))."
            + suggestion(for: ours, in: known))
      }
      renamed[column] = theirs
    }
    self.init(purpose: purpose, columns: renamed, vocabularySize: vocabularySize ?? Int.max)
  }

  init(purpose: RecordPurpose, columns: [RecordColumn: String], vocabularySize: Int) {
    self.purpose = purpose
    self.columns = columns
    self.vocabularySize = vocabularySize
  }

  /// Decodes a record.
  ///
  /// - Throws: `UserError` that lists the keys found and the forms expected, with the nearest name, and the renaming of
  ///   keys that would make the record fit.
  public func decode(_ value: JSONValue) throws -> Record { try decoded(value).record }

  /// Decodes a record and finds the keys that were not read.
  func decoded(_ value: JSONValue) throws -> DecodedRecord {
    guard let object = value.objectValue else {
      throw UserError.file("a record must be an object, found \(value.kindName)")
    }
    let fields = RecordFields(object: object, columns: columns)
    guard let form = form(of: fields) else { throw unknownForm(fields) }
    return DecodedRecord(record: try record(fields, form), unusedKeys: UnusedKeys(of: fields, form))
  }

  /// The first form whose keys a record has.
  func form(of fields: RecordFields) -> RecordForm? {
    RecordForm.forms(for: purpose).first { form in form.required.allSatisfy { fields[$0] != nil } }
  }

  /// Decodes a record of a form.
  func record(_ fields: RecordFields, _ form: RecordForm) throws -> Record {
    try requireNoLossMask(fields)
    switch form {
    case .tokens: return try tokens(fields)
    case .text: return .text(try fields.string(.text))
    case .messages, .conversations:
      let messages = try prompt(fields, form) ?? []
      return .conversation(try withOpening(messages, fields, form), try context(fields))
    case .instruction: return try demonstration(fields, form, answer: .output)
    case .prompt: return try demonstration(fields, form, answer: .completion)
    case .judgedPrompt, .judgedMessages, .judgedConversations, .judgedInstruction: return try judgement(fields, form)
    case .preferredConversations, .preferredInstruction, .preferredPrompt, .preferredMessages, .preferredInside:
      return try preference(fields, form)
    }
  }

  /// The token ids of one column.
  func tokenIDs(_ fields: RecordFields, _ column: RecordColumn) throws -> [Int32] {
    try fields.tokenIDs(column, vocabularySize: vocabularySize)
  }

  private func tokens(_ fields: RecordFields) throws -> Record {
    let ids = try tokenIDs(fields, .ids)
    guard let length = fields[.promptLength]?.intValue else { throw fields.wrongType(.promptLength, "a whole number") }
    guard 0...ids.count ~= length else {
      throw UserError.file(
        "'\(fields.name(.promptLength))' must be between 0 and the number of ids, \(ids.count), found \(length)")
    }
    return .tokens(ids: ids, promptLength: length)
  }
}
