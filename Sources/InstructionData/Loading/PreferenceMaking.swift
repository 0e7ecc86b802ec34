import Diagnostics

extension ExampleMaker {
  /// The pair from a record with two answers, or with one judged answer.
  ///
  /// - Throws: `UserError` of kind `file` if the record is at fault (the message does not name the file), of kind
  ///   `recipe` if every record of this form would fail.
  func preference(_ record: Record, origin: ExampleOrigin) throws -> Outcome<PreferenceExample> {
    switch record {
    case .preference(let prompt, let chosen, let rejected, let context):
      for (name, answer) in [("chosen", chosen), ("rejected", rejected)] where !answer.contains(where: \.isLearned) {
        return try nothingToTrain("the \(name) answer is empty")
      }
      let better = try tokens(of: chosen, to: prompt, context)
      let worse = try tokens(of: rejected, to: prompt, context)
      guard better.prompt == worse.prompt else {
        throw UserError.file(
          "the chat template writes the prompt differently for the two answers; choose another data.template")
      }
      let notes =
        try notes(on: prompt + chosen, context, lost: better.lost, learned: better.learned)
        + notes(on: prompt + rejected, context, lost: worse.lost, learned: worse.learned)
      return try fitted(
        PreferenceExample(
          prompt: better.prompt, chosen: better.answer, rejected: worse.answer, chosenTargets: better.targets,
          rejectedTargets: worse.targets, origin: origin)
      ).adding(notes)
    case .preferenceTokens(let prompt, let chosen, let rejected):
      for (name, answer) in [("chosen", chosen), ("rejected", rejected)] where answer.isEmpty {
        return try nothingToTrain("the \(name) answer is empty")
      }
      return try fitted(PreferenceExample(prompt: prompt, chosen: chosen, rejected: rejected, origin: origin))
    case .judgement(let prompt, let answer, let isDesirable, let context):
      if !answer.contains(where: \.isLearned) { return try nothingToTrain("the completion is empty") }
      let tokens = try tokens(of: answer, to: prompt, context)
      let notes = try notes(on: prompt + answer, context, lost: tokens.lost, learned: tokens.learned)
      let example = single(tokens.prompt, tokens.answer, tokens.targets, isDesirable: isDesirable, origin)
      return try fitted(example, what: "the prompt with its answer").adding(notes)
    case .judgementTokens(let prompt, let answer, let isDesirable):
      if answer.isEmpty { return try nothingToTrain("the completion is empty") }
      return try fitted(
        single(prompt, answer, [answer.indices], isDesirable: isDesirable, origin), what: "the prompt with its answer")
    case .conversation, .text, .tokens:
      throw UserError.file("expected a pair of answers, found a record with one answer")
    }
  }

  /// The tokens of an answer and of its prompt.
  private func tokens(
    of answer: [Message], to prompt: [Message], _ context: ChatContext
  ) throws -> AnsweredTokens {
    try usableChat().tokens(of: answer, to: prompt, context: context, onlyLast: options.trainOn == .last)
  }

  /// A prompt with one desirable or undesirable answer.
  private func single(
    _ prompt: [Int32], _ answer: [Int32], _ targets: [Range<Int>], isDesirable: Bool, _ origin: ExampleOrigin
  ) -> PreferenceExample {
    PreferenceExample(
      prompt: prompt, chosen: isDesirable ? answer : [], rejected: isDesirable ? [] : answer,
      chosenTargets: isDesirable ? targets : [], rejectedTargets: isDesirable ? [] : targets, origin: origin)
  }

  /// Applies the length policy. The length of a pair is that of the prompt with the longer answer.
  private func fitted(
    _ pair: PreferenceExample, what: String = "the prompt with its longer answer"
  ) throws -> Outcome<PreferenceExample> {
    if pair.prompt.isEmpty {
      throw UserError.file("the prompt has no tokens, so nothing predicts the first token of an answer")
    }
    let length = pair.longestCount
    if length <= options.maximumLength { return .kept([pair], length: length) }
    switch options.lengthPolicy {
    case .error, .split:
      throw tooLong(length, isText: false, what: what)
    case .drop: return .dropped(length: length)
    case .truncate:
      let room = options.maximumLength - pair.prompt.count
      if room < 1 { return .dropped(length: length) }
      let cut = PreferenceExample(
        prompt: pair.prompt, chosen: Array(pair.chosen.prefix(room)), rejected: Array(pair.rejected.prefix(room)),
        chosenTargets: pair.chosenTargets, rejectedTargets: pair.rejectedTargets, origin: pair.origin)
      // An answer of several messages may have lost all that the model should write of it.
      let answers = [(cut.chosen, cut.chosenTargets), (cut.rejected, cut.rejectedTargets)]
      if answers.contains(where: { !$0.isEmpty && $1.isEmpty }) { return .dropped(length: length) }
      return .kept([cut], length: length, truncated: true)
    }
  }
}
