import Diagnostics
import StrictJSON

/// Decodes records from JSON values, for one purpose.
///
/// The keys of a record determine its form; other keys are ignored. Error messages do not name the file.
public struct RecordDecoder: Sendable {
  private let purpose: RecordPurpose
  private let columns: [RecordColumn: String]
  private let vocabularySize: Int

  /// Creates a decoder.
  ///
  /// - Parameters:
  ///   - columns: the keys that the file uses in place of ours.
  ///   - vocabularySize: ids of tokenized records must be smaller.
  /// - Throws: `UserError` of kind `recipe` if `columns` renames a key that no form has.
  public init(purpose: RecordPurpose, columns: [String: String] = [:], vocabularySize: Int? = nil) throws {
    self.purpose = purpose
    self.vocabularySize = vocabularySize ?? Int.max
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
    self.columns = renamed
  }

  /// Decodes a record.
  ///
  /// - Throws: `UserError` that lists the keys found and the forms expected, with the nearest name.
  public func decode(_ value: JSONValue) throws -> Record {
    guard let object = value.objectValue else {
      throw UserError.file("a record must be an object, found \(value.kindName)")
    }
    let fields = RecordFields(object: object, columns: columns)
    let fits = { (form: RecordForm) in form.required.allSatisfy { fields[$0] != nil } }
    guard let form = RecordForm.forms(for: purpose).first(where: fits) else { throw unknownForm(fields) }
    switch form {
    case .tokens: return try tokens(fields)
    case .messages: return try conversation(fields, .messages)
    case .conversations: return try conversation(fields, .conversations)
    case .instruction:
      return .conversation([try instruction(fields), Message(.assistant, try fields.string(.output))])
    case .prompt:
      return .conversation([
        Message(.user, try fields.string(.prompt)), Message(.assistant, try fields.string(.completion)),
      ])
    case .text: return .text(try fields.string(.text))
    case .judged: return try judgement(fields)
    case .preferredConversations, .preferredInstruction, .preferredPrompt, .preferredInside:
      return try preference(fields, form)
    }
  }

  /// Alpaca's instruction with its input, as the user's message.
  func instruction(_ fields: RecordFields) throws -> Message {
    let input = fields[.input] == nil ? "" : try fields.string(.input)
    return Message(.user, try fields.string(.instruction), input: input.isEmpty ? nil : input)
  }

  /// The token ids of one column.
  func tokenIDs(_ fields: RecordFields, _ column: RecordColumn) throws -> [Int32] {
    try fields.tokenIDs(column, vocabularySize: vocabularySize)
  }

  private func conversation(_ fields: RecordFields, _ column: RecordColumn) throws -> Record {
    .conversation(
      try Message.list(fields[column] ?? .null, place: "'\(fields.name(column))'"), try context(of: fields.object))
  }

  /// What the record gives the template besides the messages.
  func context(of object: JSONObject) throws -> ChatContext { ChatContext(tools: try tools(of: object)) }

  /// The tools of a conversation.
  private func tools(of object: JSONObject) throws -> [JSONValue] {
    guard let tools = object["tools"], !tools.isNull else { return [] }
    guard let list = tools.arrayValue, list.allSatisfy({ $0.objectValue != nil }) else {
      throw UserError.file("'tools' must be an array of objects, found \(tools.kindName)")
    }
    return list
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

  private func unknownForm(_ fields: RecordFields) -> UserError {
    let keys = fields.object.members.map { "'\($0.key.prefix(40))'" + ($0.value.isNull ? " (null)" : "") }
    let forms = { (purpose: RecordPurpose) in RecordForm.forms(for: purpose) }
    let other: RecordPurpose = purpose == .demonstration ? .preference : .demonstration
    var message = keys.isEmpty ? "the record has no keys" : "the record has the keys \(keys.shortList)"
    if let form = forms(other).first(where: { $0.required.allSatisfy { fields[$0] != nil } }) {
      let kind = purpose == .demonstration ? "preference records" : "records with one answer"
      message += ", the form \(text(of: form, fields)) of \(kind); this objective expects one of "
    } else {
      message += "; expected one of "
    }
    message += forms(purpose).map { text(of: $0, fields) }.joined(separator: ", ")
    message += " (data.columns renames keys)."
    return UserError.file(message + nearest(fields))
  }

  private func text(of form: RecordForm, _ fields: RecordFields) -> String {
    var names = form.required.map { fields.name($0) }
    if form.required.first == .instruction { names.insert(fields.name(.input) + "?", at: 1) }
    return "{\(names.joined(separator: ", "))}"
  }

  /// A suggestion for the first key of the record that is nearly one of ours.
  private func nearest(_ fields: RecordFields) -> String {
    let expected = RecordForm.forms(for: purpose).flatMap(\.required) + [.input]
    let known = expected.map { fields.name($0) }
    for key in fields.object.keys where key.utf8.count <= 40 && !known.contains(key) {
      if let name = nearestName(to: key, in: known.filter { fields.object[$0] == nil }) {
        return " Did you mean '\(name)' for '\(key)'?"
      }
    }
    return ""
  }
}

extension [String] {
  /// At most twenty elements, and the number of further ones.
  fileprivate var shortList: String {
    prefix(20).joined(separator: ", ") + (count > 20 ? " and \(count - 20) others" : "")
  }
}
