import Diagnostics
import StrictJSON

extension RecordDecoder {
  /// Decodes a record with a better and a worse answer.
  func preference(_ fields: RecordFields, _ form: RecordForm) throws -> Record {
    if form == .preferredPrompt,
      [RecordColumn.prompt, .chosen, .rejected].contains(where: { fields.holdsTokens($0) })
    {
      return .preferenceTokens(
        prompt: try tokenIDs(fields, .prompt), chosen: try tokenIDs(fields, .chosen),
        rejected: try tokenIDs(fields, .rejected))
    }
    let chosen = try answer(fields, .chosen)
    let rejected = try answer(fields, .rejected)
    guard chosen.prompt == rejected.prompt else {
      throw UserError.file(
        "'\(fields.name(.chosen))' and '\(fields.name(.rejected))' both contain the prompt, but it differs between them"
      )
    }
    // If both answers contain the prompt, a separate `prompt` is ignored.
    let prompt = chosen.prompt.isEmpty ? try self.prompt(fields, form) : chosen.prompt
    guard let last = prompt.last else {
      throw UserError.file(
        "'\(fields.name(.chosen))' and '\(fields.name(.rejected))' contain no prompt before the answer, and there is no "
          + "'\(fields.name(.prompt))'")
    }
    if last.role == .assistant { throw Self.answeredPrompt }
    return .preference(
      prompt: prompt, chosen: chosen.answer, rejected: rejected.answer, try context(of: fields.object))
  }

  private static let answeredPrompt = UserError.file(
    "the prompt ends with an assistant message; expected a message of another role")

  /// Decodes a record with one answer and whether it is desirable.
  func judgement(_ fields: RecordFields) throws -> Record {
    guard let isDesirable = fields[.label]?.boolValue else {
      throw fields.wrongType(.label, "true (a desirable answer) or false")
    }
    if [RecordColumn.prompt, .completion].contains(where: { fields.holdsTokens($0) }) {
      return .judgementTokens(
        prompt: try tokenIDs(fields, .prompt), answer: try tokenIDs(fields, .completion), isDesirable: isDesirable)
    }
    let answer = try answer(fields, .completion)
    let prompt = answer.prompt.isEmpty ? try self.prompt(fields, .preferredPrompt) : answer.prompt
    if prompt.last?.role == .assistant { throw Self.answeredPrompt }
    return .judgement(
      prompt: prompt, answer: answer.answer, isDesirable: isDesirable, try context(of: fields.object))
  }

  private func prompt(_ fields: RecordFields, _ form: RecordForm) throws -> [Message] {
    switch form {
    case .preferredConversations:
      return try Message.list(fields[.conversations] ?? .null, place: "'\(fields.name(.conversations))'")
    case .preferredInstruction: return [try instruction(fields)]
    case .preferredPrompt:
      if let text = fields[.prompt]?.stringValue { return [Message(.user, text)] }
      guard let list = fields[.prompt], list.arrayValue != nil else {
        throw fields.wrongType(.prompt, "a string, an array of messages or an array of token ids")
      }
      return try Message.list(list, place: "'\(fields.name(.prompt))'")
    default: return []
    }
  }

  /// An answer: a string, a message, or messages that end with the answer; the other messages are the prompt.
  private func answer(_ fields: RecordFields, _ column: RecordColumn) throws -> (prompt: [Message], answer: [Message]) {
    let place = "'\(fields.name(column))'"
    let messages: [Message]
    switch fields[column] {
    case .string(let text)?: return ([], [Message(.assistant, text)])
    case .object?: messages = [try Message(fields[column] ?? .null, place: place)]
    case .array?: messages = try Message.list(fields[column] ?? .null, place: place)
    default: throw fields.wrongType(column, "a string, a message or an array of messages")
    }
    guard let last = messages.last, last.role == .assistant else {
      throw UserError.file("\(place) must end with an assistant message")
    }
    return (Array(messages.dropLast()), [last])
  }
}
