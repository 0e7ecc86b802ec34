import Diagnostics
import StrictJSON

/// The renaming of keys with which a record would fit a form: by names that are known from other data sets, then, where
/// as many texts remain as a form needs, by their order.
struct ColumnProposal {
  /// The columns and the keys to read for them, those with the same name left out; nil if nothing fits.
  let columns: [(column: RecordColumn, key: String)]?

  /// A record with so many keys is data of another kind.
  private static let mostKeys = 64

  init(_ fields: RecordFields, _ purpose: RecordPurpose) {
    var best: Assignment?
    if fields.object.members.count <= Self.mostKeys {
      for form in Self.forms(for: purpose) {
        guard let assignment = Assignment(fields, form), assignment.reads(fields, purpose) else { continue }
        if let best, best.rank >= assignment.rank { continue }
        best = assignment
      }
    }
    columns = best?.renamed
  }

  /// The forms in the order in which they are proposed: a prompt rather than Alpaca's instruction.
  private static func forms(for purpose: RecordPurpose) -> [RecordForm] {
    let forms = RecordForm.forms(for: purpose).filter { ![.tokens, .preferredInside].contains($0) }
    return forms.filter { $0.promptColumn != .instruction && $0 != .text }
      + forms.filter { $0.promptColumn == .instruction } + forms.filter { $0 == .text }
  }
}

/// Which keys of a record a form would read.
private struct Assignment {
  private(set) var keys: [(column: RecordColumn, key: String)] = []
  /// How many columns have their own names, and how many were found by their order alone.
  private var ownNames = 0
  private var guessed = 0

  /// How good the assignment is: many columns, few of them by their order alone, many under their own names.
  var rank: Int { (keys.count - guessed) * 100 + ownNames }

  /// The columns that another key is read for.
  var renamed: [(column: RecordColumn, key: String)] { keys.filter { $0.column.rawValue != $0.key } }

  init?(_ fields: RecordFields, _ form: RecordForm) {
    let columns = form.required + form.optional
    var free = fields.object.members.filter { !$0.value.isNull }
    var found: [RecordColumn: String] = [:]
    func take(_ column: RecordColumn, _ key: String) {
      found[column] = key
      free.removeAll { $0.key == key }
    }
    for column in columns where fields[column] != nil { take(column, fields.name(column)) }
    ownNames = found.count
    for column in columns where found[column] == nil {
      if let member = free.first(where: { column.isNamed($0.key) && column.canHold($0.value) }) {
        take(column, member.key)
      }
    }
    let missing = form.required.filter { found[$0] == nil }
    let others = free.filter { member in
      RecordColumn(rawValue: member.key) == nil && !isMetadata(member.key)
        && missing.contains { $0.canHold(member.value) }
    }
    if !missing.isEmpty {
      // A text is a text only where the record says nothing else.
      let isAmbiguous = form == .text && free.count { !isMetadata($0.key) } > 1
      guard others.count == missing.count, !isAmbiguous else { return nil }
      for (column, member) in zip(missing, others) {
        guard column.canHold(member.value) else { return nil }
        take(column, member.key)
      }
    }
    guessed = missing.count
    keys = columns.compactMap { column in found[column].map { (column, $0) } }
  }

  /// Whether the record is read without an error.
  func reads(_ fields: RecordFields, _ purpose: RecordPurpose) -> Bool {
    let columns = Dictionary(uniqueKeysWithValues: renamed.map { ($0.column, $0.key) })
    let decoder = RecordDecoder(purpose: purpose, columns: columns, vocabularySize: Int.max)
    return (try? decoder.decoded(.object(fields.object))) != nil
  }

  /// Keys that describe a record rather than being its text.
  private func isMetadata(_ key: String) -> Bool {
    let key = key.lowercased()
    return key.hasSuffix("id")
      || [
        "source", "category", "lang", "language", "title", "url", "type", "dataset", "model", "split", "date", "name",
        "topic", "subject", "difficulty", "idx", "index", "license", "author", "domain", "tag", "tags", "timestamp",
      ].contains(key)
  }
}

extension RecordColumn {
  /// Whether a key is nearly the column's name, or a name that other data sets use for it.
  func isNamed(_ key: String) -> Bool {
    guard key.utf8.count <= 60 else { return false }
    let name = String(key.lowercased().filter { $0.isLetter || $0.isNumber })
    return synonyms.contains(name) || (name.count > 3 && nearestName(to: name, in: [rawValue]) != nil)
  }

  /// Whether a value looks like one of the column.
  func canHold(_ value: JSONValue) -> Bool {
    let first = value.arrayValue?.first?.objectValue
    return switch self {
    case .instruction, .input, .text, .system: value.stringValue != nil
    case .prompt, .completion, .output, .chosen, .rejected:
      value.stringValue != nil || first?["role"] != nil || first?["from"] != nil || value["messages"] != nil
    case .messages: first?["role"] != nil
    case .conversations: first?["from"] != nil
    case .label: value.boolValue != nil
    case .history, .tools: value.arrayValue != nil
    case .ids: value.arrayValue != nil
    case .promptLength: value.intValue != nil
    case .templateOptions: value.objectValue != nil
    }
  }
}
