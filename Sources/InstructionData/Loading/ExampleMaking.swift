import Diagnostics

/// What became of a record.
enum Outcome<Element: TrainingExample>: Sendable {
  /// Examples were made of it; `length` is the record's before anything was cut.
  case kept([Element], length: Int, truncated: Bool = false)
  /// It was too long, and the policy leaves such records out.
  case dropped(length: Int)
  /// Nothing in it is trained on.
  case empty
}

/// Records to examples: tokens, marks and the length policy.
struct ExampleMaker: Sendable {
  let options: DataOptions
  let encoder: TextEncoder?
  /// The template joined to the tokenizer, or why it can't be: told when a record needs it.
  let chat: Result<ChatEncoder, UserError>

  /// The example or examples of a record with one answer.
  ///
  /// - Throws: `UserError`: of kind `file` where the record is at fault (the message names no file), of kind `recipe`
  ///   where no record of this form could be used.
  func demonstration(_ record: Record, origin: ExampleOrigin) throws -> Outcome<Example> {
    switch record {
    case .conversation(let messages, let tools):
      let answers = messages.filter { $0.role == .assistant }
      if answers.isEmpty { return try nothingToTrain("the conversation has no message of the assistant") }
      if !answers.contains(where: \.saysSomething) { return try nothingToTrain("the answer is empty") }
      let rows =
        try options.trainOn == .all
        ? [usableChat().wholeRow(of: messages, tools: tools)] : usableChat().rows(of: messages, tools: tools)
      return try joined(
        rows.enumerated().map { piece, row in
          let origin = ExampleOrigin(source: origin.source, line: origin.line, piece: piece)
          return try fitted(Example(tokens: row.ids, trained: trained(row.ids, row.answers), origin: origin))
        })
    case .text(let text):
      if text.strippingWhitespace().isEmpty { return try nothingToTrain("the text is empty") }
      let encoder = try textEncoder()
      let ids = encoder.prefix + encoder.encode(text) + [encoder.endOfText].compactMap { $0 }
      return try fitted(Example(tokens: ids, trained: [0..<ids.count], origin: origin), isText: true)
    case .tokens(let ids, let promptLength):
      return try fitted(Example(tokens: ids, trained: trained(ids, [promptLength..<ids.count]), origin: origin))
    case .preference, .preferenceTokens, .judgement, .judgementTokens:
      throw UserError.file("a judgement of answers in the place of a record with one answer")
    }
  }

  /// The template joined to the tokenizer.
  ///
  /// - Throws: ``UnusableTemplate`` where it can't be: no record fares better.
  func usableChat() throws -> ChatEncoder {
    do { return try chat.get() } catch { throw UnusableTemplate(error: error) }
  }

  /// What became of a record of which several examples may be made.
  private func joined(_ outcomes: [Outcome<Example>]) throws -> Outcome<Example> {
    if outcomes.count == 1 { return outcomes[0] }
    var (examples, longest, isTruncated, isDropped): ([Example], Int, Bool, Bool) = ([], 0, false, false)
    for outcome in outcomes {
      switch outcome {
      case .kept(let more, let length, let truncated):
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

  /// The error, or the verdict, on a record in which nothing is trained on.
  func nothingToTrain<Element>(_ reason: String) throws -> Outcome<Element> {
    if options.lengthPolicy == .error || options.lengthPolicy == .split {
      throw UserError.file(
        "\(reason), so there is nothing to train on; mend or remove the record, or leave such records out with "
          + "data.length_policy: drop")
    }
    return .empty
  }

  /// The error for a record that is too long under the policies that refuse it.
  func tooLong(_ length: Int, isText: Bool, what: String = "the example") -> UserError {
    let limit = options.maximumLength
    if options.lengthPolicy == .split {
      return UserError.file(
        "\(what) has \(length) tokens, and data.max_length is \(limit); data.length_policy: split cuts only text "
          + "records, so raise max_length, or choose drop or truncate")
    }
    return UserError.file(
      "\(what) has \(length) tokens, and data.max_length is \(limit); raise it, or set data.length_policy to "
        + (isText ? "drop, truncate or split" : "drop or truncate"))
  }

  private func textEncoder() throws -> TextEncoder {
    if let encoder { return encoder }
    throw ExampleMaker.noTokenizer
  }

  /// A record needs a tokenizer, and there is none.
  static let noTokenizer = UserError.recipe(
    "data: the records are text, and there is no tokenizer to read them with; the model's folder needs a "
      + "tokenizer.json, or the records must be tokenized already ({ids, prompt_len})")

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

/// The template can't be used, whatever the record.
struct UnusableTemplate: Error {
  let error: UserError
}

extension Example {
  /// The first tokens.
  func truncated(to count: Int) -> Example {
    Example(tokens: Array(tokens.prefix(count)), trained: trained, origin: origin)
  }

  /// Pieces of at most a number of targets. The last token of a piece is the first of the next: it is a target there
  /// only, so that every token but the text's first is a target exactly once, and the model is fed at most `targets`
  /// tokens of a piece.
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
