import Diagnostics
import StrictJSON

extension RecordDecoder {
  /// The messages of a record's prompt column, without `system` and `history`; nil if its form has no such column.
  func prompt(_ fields: RecordFields, _ form: RecordForm) throws -> [Message]? {
    guard let column = form.promptColumn else { return nil }
    let place = "'\(fields.name(column))'"
    switch (column, fields[column]) {
    case (.instruction, _): return [try instruction(fields)]
    case (.prompt, .string(let text)?): return [Message(.user, text)]
    case (.prompt, .object(let object)?):
      // OpenAI's pairs have their prompt as {"messages": […], "tools": […]}.
      if let list = object["messages"] { return try Message.list(list, place: "\(place)['messages']") }
      return [try Message(fields[column] ?? .null, place: place)]
    case (.prompt, let value) where value?.arrayValue == nil:
      throw fields.wrongType(.prompt, "a string, a message, an array of messages or an array of token ids")
    default: return try Message.list(fields[column] ?? .null, place: place)
    }
  }

  /// Alpaca's instruction with its input, as the user's message.
  private func instruction(_ fields: RecordFields) throws -> Message {
    let input = fields[.input] == nil ? "" : try fields.string(.input)
    return Message(.user, try fields.string(.instruction), input: input.isEmpty ? nil : input)
  }

  /// An answer: a string, a message, or messages that end with the assistant's.
  func answer(_ fields: RecordFields, _ column: RecordColumn) throws -> [Message] {
    let place = "'\(fields.name(column))'"
    let messages: [Message]
    switch fields[column] {
    case .string(let text)?: return [Message(.assistant, text)]
    case .object?: messages = [try Message(fields[column] ?? .null, place: place)]
    case .array?: messages = try Message.list(fields[column] ?? .null, place: place)
    default: throw fields.wrongType(column, "a string, a message or an array of messages")
    }
    guard messages.last?.role == .assistant else {
      throw UserError.file("\(place) must end with an assistant message")
    }
    return messages
  }

  /// The messages with the record's `history` and `system` before them.
  func withOpening(_ messages: [Message], _ fields: RecordFields, _ form: RecordForm) throws -> [Message] {
    let messages = try history(fields, form) + messages
    guard fields[.system] != nil else { return messages }
    let text = try fields.string(.system)
    // Like LLaMA-Factory, treat an empty text as no system message: the template may have one of its own.
    if text.isEmpty { return messages }
    guard let first = messages.first, first.role == .system else { return [Message(.system, text)] + messages }
    if first.text == text { return messages }
    throw UserError.file(
      "'\(fields.name(.system))' and the first message are two different system messages; remove one of them")
  }

  /// Earlier turns of the conversation: pairs of a question and its answer, or messages. Their answers are trained on
  /// like any other of a conversation, as in LLaMA-Factory.
  private func history(_ fields: RecordFields, _ form: RecordForm) throws -> [Message] {
    guard let value = fields[.history] else { return [] }
    let place = "'\(fields.name(.history))'"
    guard let turns = value.arrayValue else {
      throw fields.wrongType(.history, "an array of pairs [question, answer]")
    }
    if turns.isEmpty { return [] }
    guard form.promptColumn == .instruction || form.promptColumn == .prompt else {
      let column = form.promptColumn ?? .chosen
      throw UserError.file("\(place) cannot go with '\(fields.name(column))', which holds the earlier turns; remove it")
    }
    if turns[0].objectValue != nil { return try Message.list(value, place: place) }
    return try turns.enumerated().flatMap { index, turn in
      guard let pair = turn.arrayValue, pair.count == 2, let question = pair[0].stringValue,
        let answer = pair[1].stringValue
      else {
        throw UserError.file("\(place)[\(index)] must be a pair [question, answer] of strings, found \(turn.kindName)")
      }
      return [Message(.user, question), Message(.assistant, answer)]
    }
  }
}
