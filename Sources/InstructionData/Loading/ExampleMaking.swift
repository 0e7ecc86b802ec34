import Diagnostics

/// What became of a record.
enum Outcome<Element: TrainingExample>: Sendable {
  /// Examples made from it; `length` is the record's length before truncation, `notes` what is worth knowing about it.
  case kept([Element], length: Int, truncated: Bool = false, notes: [RecordNote] = [])
  /// It is too long, and the policy leaves such records out.
  case dropped(length: Int)
  /// None of its tokens is trained on.
  case empty
}

/// Turns records into examples: tokenizes them, marks the targets and applies the length policy.
struct ExampleMaker: Sendable {
  let options: DataOptions
  let encoder: TextEncoder?
  /// The template combined with the tokenizer, or why that is impossible, which is reported once a record needs it.
  let chat: Result<ChatEncoder, UserError>

  /// The example or examples of a record with one answer.
  ///
  /// - Throws: `UserError` of kind `file` if the record is at fault (the message does not name the file), of kind
  ///   `recipe` if every record of this form would fail.
  func demonstration(_ record: Record, origin: ExampleOrigin) throws -> Outcome<Example> {
    switch record {
    case .conversation(let messages, let context):
      return try conversation(messages, context, origin)
    case .text(let text):
      if text.strippingWhitespace().isEmpty { return try nothingToTrain("the text is empty") }
      let ids = try textEncoder().framed(text, isEnded: true)
      return try fitted(Example(tokens: ids, trained: [0..<ids.count], origin: origin), isText: true)
        .adding(notes(onText: text))
    case .tokens(let ids, let promptLength):
      return try fitted(Example(tokens: ids, trained: trained(ids, [promptLength..<ids.count]), origin: origin))
    case .preference, .preferenceTokens, .judgement, .judgementTokens:
      throw UserError.file("expected a record with one answer, found a judgement of answers")
    }
  }

  /// The examples of a conversation: one for each row that the template gives.
  private func conversation(
    _ messages: [Message], _ context: ChatContext, _ origin: ExampleOrigin
  ) throws -> Outcome<Example> {
    let answers = messages.indices.filter { messages[$0].role == .assistant }
    if answers.isEmpty { return try nothingToTrain("the conversation has no message of the assistant") }
    var learned = answers.filter { messages[$0].isTrained }
    if learned.isEmpty { return try nothingToTrain("the record marks every answer as one not to train on") }
    if options.trainOn == .last { learned = Array(learned.suffix(1)) }
    if !learned.contains(where: { messages[$0].hasContent }) { return try nothingToTrain("the answer is empty") }
    let isWhole = options.trainOn == .all && learned == answers
    let rows =
      try isWhole
      ? [usableChat().wholeRow(of: messages, context: context)]
      : usableChat().rows(of: messages, context: context, learned: learned)
    if options.trainOn == .all, rows.count > 1 {
      throw UserError.file(
        "the chat template writes an earlier message differently once others follow, so that data.train_on: all cannot "
          + "leave out the answers that the record marks; set data.train_on: completion")
    }
    var targets = try rows.map { row in
      if isWhole { return [0..<row.ids.count] }
      guard let targets = row.targets(learned, of: messages) else { throw ChatEncoder.unclearAnswers }
      return targets
    }
    let tokens = isWhole ? [] : zip(rows, targets).flatMap { row, targets in targets.map { row.ids[$0] } }
    let notes = try notes(on: messages, context, lost: rows.flatMap(\.lost), learned: tokens)
    if options.trainOn == .all, !isWhole {
      let others = Set(answers).subtracting(learned).sorted()
      targets = rows.map { row in (row.targets(others, of: messages) ?? []).gaps(in: 0..<row.ids.count) }
    }
    return try joined(
      zip(rows, targets).enumerated().map { piece, row in
        let origin = ExampleOrigin(source: origin.source, line: origin.line, piece: piece)
        return try fitted(Example(tokens: row.0.ids, trained: row.1, origin: origin))
      }
    ).adding(notes)
  }

  /// The template combined with the tokenizer.
  ///
  /// - Throws: ``UnusableTemplate`` if that is impossible: every other record would fail too.
  func usableChat() throws -> ChatEncoder {
    do { return try chat.get() } catch { throw UnusableTemplate(error: error) }
  }

  /// The outcome of a record that may give several examples.
  private func joined(_ outcomes: [Outcome<Example>]) throws -> Outcome<Example> {
    if outcomes.count == 1 { return outcomes[0] }
    var (examples, longest, isTruncated, isDropped): ([Example], Int, Bool, Bool) = ([], 0, false, false)
    for outcome in outcomes {
      switch outcome {
      case .kept(let more, let length, let truncated, _):
        examples += more
        longest = max(longest, length)
        isTruncated = isTruncated || truncated
      case .dropped(let length):
        longest = max(longest, length)
        isDropped = true
      case .empty: break
      }
    }
    if !examples.isEmpty { return .kept(examples, length: longest, truncated: isTruncated) }
    return isDropped ? .dropped(length: longest) : try nothingToTrain("no token of the record is a target")
  }

  /// The error or the outcome for a record without trained tokens, depending on the policy.
  func nothingToTrain<Element>(_ reason: String) throws -> Outcome<Element> {
    if options.lengthPolicy == .error || options.lengthPolicy == .split {
      throw UserError.file(
        "\(reason), so there is nothing to train on; fix or remove the record, or skip such records with "
          + "data.length_policy: drop")
    }
    return .empty
  }

  /// The error for a record that is too long, under the policies that reject it.
  func tooLong(_ length: Int, isText: Bool, what: String = "the example") -> TooLongRecord {
    let problem = "\(what) has \(length) tokens, but data.max_length is \(options.maximumLength); "
    let remedy =
      options.lengthPolicy == .split
      ? "data.length_policy: split applies only to text records, so raise max_length, or choose drop or truncate"
      : "raise it, or set data.length_policy to " + (isText ? "drop, truncate or split" : "drop or truncate")
    return TooLongRecord(error: .file(problem + remedy), length: length)
  }

  private func textEncoder() throws -> TextEncoder {
    if let encoder { return encoder }
    throw options.noTokenizer
  }

  private func trained(_ ids: [Int32], _ answers: [Range<Int>]) -> [Range<Int>] {
    options.trainOn == .all ? [0..<ids.count] : answers
  }

  /// Applies the length policy.
  private func fitted(_ example: Example, isText: Bool = false) throws -> Outcome<Example> {
    let length = example.tokens.count
    if example.trainedCount == 0 { return try nothingToTrain("no token of the record is a target") }
    if isText, options.lengthPolicy == .split {
      return .kept(example.split(targets: options.maximumLength), length: length)
    }
    if length <= options.maximumLength { return .kept([example], length: length) }
    switch options.lengthPolicy {
    case .error, .split: throw tooLong(length, isText: isText)
    case .drop: return .dropped(length: length)
    case .truncate:
      let cut = example.truncated(to: options.maximumLength)
      return cut.trainedCount == 0 ? .dropped(length: length) : .kept([cut], length: length, truncated: true)
    }
  }
}

extension Outcome {
  /// The outcome with notes on the record, if it is kept.
  func adding(_ notes: [RecordNote]) -> Outcome {
    guard case .kept(let examples, let length, let truncated, let before) = self else { return self }
    return .kept(examples, length: length, truncated: truncated, notes: before + notes)
  }
}

/// The template is unusable for every record.
struct UnusableTemplate: Error {
  let error: UserError
}

extension Example {
  /// The first `count` tokens.
  func truncated(to count: Int) -> Example {
    Example(tokens: Array(tokens.prefix(count)), trained: trained, origin: origin)
  }

  /// Splits the example into pieces of at most `targets` targets.
  ///
  /// The last token of a piece is also the first of the next one, where it is not a target. So every token except the
  /// text's first is a target exactly once, and a piece gives the model at most `targets` tokens of input.
  func split(targets: Int) -> [Example] {
    if tokens.count - 1 <= targets { return [self] }
    return stride(from: 0, to: tokens.count - 1, by: targets).enumerated().map { piece, start in
      let end = min(start + targets, tokens.count - 1)
      return Example(
        tokens: Array(tokens[start...end]),
        trained: trained.map { max(0, $0.lowerBound - start)..<max(0, $0.upperBound - start) },
        origin: ExampleOrigin(source: origin.source, line: origin.line, piece: piece))
    }
  }
}
