import Diagnostics
import StrictJSON

extension RecordDecoder {
  /// The error for a record whose keys fit no form.
  func unknownForm(_ fields: RecordFields) -> UserError {
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
    return UserError.file(message + nearest(fields) + renaming(fields))
  }

  private func text(of form: RecordForm, _ fields: RecordFields) -> String {
    var names = form.required.map { fields.name($0) }
    if form.required.first == .instruction { names.insert(fields.name(.input) + "?", at: 1) }
    return "{\(names.joined(separator: ", "))}"
  }

  /// A suggestion for the first key of the record that is nearly one of ours and has such a value.
  private func nearest(_ fields: RecordFields) -> String {
    let expected = RecordForm.forms(for: purpose).flatMap(\.required) + [.input]
    let known = Set(expected.map { fields.name($0) })
    for (key, value) in fields.object.members where key.utf8.count <= 40 && !known.contains(key) {
      let columns = expected.filter { fields[$0] == nil && $0.canHold(value) }
      if let name = nearestName(to: key, in: columns.map { fields.name($0) }) {
        return " Did you mean '\(name)' for '\(key)'?"
      }
    }
    return ""
  }

  /// The `data.columns` with which the record would be read, ready to be copied.
  func renaming(_ fields: RecordFields) -> String {
    guard let columns = ColumnProposal(fields, purpose).columns else { return "" }
    let text = columns.map { "\($0.column.rawValue): \(Self.yaml($0.key))" }.joined(separator: ", ")
    return " With data.columns: {\(text)} the record fits."
  }

  /// A key as YAML: in quotes if it is more than a word.
  private static func yaml(_ key: String) -> String {
    let isWord = key.first?.isLetter == true && key.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    let isKeyword = ["true", "false", "null", "none", "yes", "no", "on", "off", "y", "n"].contains(key.lowercased())
    return isWord && !isKeyword ? key : JSONValue.string(key).compactText
  }
}

extension [String] {
  /// At most twenty elements, and the number of further ones.
  fileprivate var shortList: String {
    prefix(20).joined(separator: ", ") + (count > 20 ? " and \(count - 20) others" : "")
  }
}
