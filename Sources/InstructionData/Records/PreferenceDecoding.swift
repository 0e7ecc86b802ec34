import Diagnostics
import StrictJSON

extension RecordDecoder {
  /// Decodes a record whose answer is learned: a prompt and its answer.
  func demonstration(_ fields: RecordFields, _ form: RecordForm, answer column: RecordColumn) throws -> Record {
    if form == .prompt, fields.holdsTokens(.prompt) || fields.holdsTokens(column) {
      try requireNoContext(fields)
      let prompt = try tokenIDs(fields, .prompt)
      return .tokens(ids: prompt + (try tokenIDs(fields, column)), promptLength: prompt.count)
    }
    var (prompt, answers) = try separated(fields, form, [column])
    // An answer within the prompt is context, as in TRL, unless the record asks for more.
    for index in prompt.indices where prompt[index].role == .assistant {
      prompt[index].isTrained = prompt[index].asksForTraining
    }
    return .conversation(try withOpening(prompt, fields, form) + answers[0], try context(fields))
  }

  /// Decodes a record with a better and a worse answer.
  func preference(_ fields: RecordFields, _ form: RecordForm) throws -> Record {
    if form == .preferredPrompt,
      [RecordColumn.prompt, .chosen, .rejected].contains(where: { fields.holdsTokens($0) })
    {
      try requireNoContext(fields)
      return .preferenceTokens(
        prompt: try tokenIDs(fields, .prompt), chosen: try tokenIDs(fields, .chosen),
        rejected: try tokenIDs(fields, .rejected))
    }
    if form == .preferredInside, [.chosen, .rejected].allSatisfy({ fields[$0]?.arrayValue == nil }) {
      let problem =
        "'\(fields.name(.chosen))' and '\(fields.name(.rejected))' contain no prompt before the answer, and there is no "
        + "'\(fields.name(.prompt))'"
      let renaming = renaming(fields)
      throw UserError.file(problem + (renaming.isEmpty ? "" : ".\(renaming)"))
    }
    let (prompt, answers) = try separated(fields, form, [.chosen, .rejected])
    return .preference(
      prompt: try context(of: prompt, fields, form), chosen: answers[0], rejected: answers[1], try context(fields))
  }

  /// Decodes a record with one answer and whether it is desirable.
  func judgement(_ fields: RecordFields, _ form: RecordForm) throws -> Record {
    guard let isDesirable = fields[.label]?.boolValue else {
      throw fields.wrongType(.label, "true (a desirable answer) or false")
    }
    if form == .judgedPrompt, fields.holdsTokens(.prompt) || fields.holdsTokens(.completion) {
      try requireNoContext(fields)
      return .judgementTokens(
        prompt: try tokenIDs(fields, .prompt), answer: try tokenIDs(fields, .completion), isDesirable: isDesirable)
    }
    let prompt: [Message]
    let answer: [Message]
    switch form {
    case .judgedMessages, .judgedConversations: (prompt, answer) = try lastAnswer(fields, form)
    default:
      let separated = try separated(fields, form, [form == .judgedPrompt ? .completion : .output])
      (prompt, answer) = (separated.prompt, separated.answers[0])
    }
    return .judgement(
      prompt: try context(of: prompt, fields, form), answer: answer, isDesirable: isDesirable, try context(fields))
  }

  /// The prompt of judged answers, with what the record puts before it.
  private func context(of prompt: [Message], _ fields: RecordFields, _ form: RecordForm) throws -> [Message] {
    if prompt.contains(where: \.asksForTraining) {
      throw UserError.file(
        "a message of the prompt asks to be trained on (\"weight\": 1 or \"train\": true), but this objective trains on "
          + "the answers after the prompt alone")
    }
    return try withOpening(prompt, fields, form)
  }

  private func separated(
    _ fields: RecordFields, _ form: RecordForm, _ columns: [RecordColumn]
  ) throws -> (prompt: [Message], answers: [[Message]]) {
    try AnswerSeparation(
      prompt: try prompt(fields, form), promptName: "'\(fields.name(form.promptColumn ?? .prompt))'",
      answers: try columns.map { ("'\(fields.name($0))'", try answer(fields, $0)) }
    ).separated()
  }

  /// A judged conversation: its last message is the answer, as in LLaMA-Factory.
  private func lastAnswer(
    _ fields: RecordFields, _ form: RecordForm
  ) throws -> (prompt: [Message], answer: [Message]) {
    let messages = try prompt(fields, form) ?? []
    let name = fields.name(form.promptColumn ?? .messages)
    guard let last = messages.last, last.role == .assistant else {
      throw UserError.file(
        "'\(name)' must end with an assistant message, the answer that '\(fields.name(.label))' judges")
    }
    guard let before = messages.dropLast().last, before.role != .assistant else {
      throw UserError.file("'\(name)' has no prompt before its last message, the answer")
    }
    return (Array(messages.dropLast()), [last])
  }
}
