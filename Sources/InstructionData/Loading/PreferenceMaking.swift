import Diagnostics

extension ExampleMaker {
  /// The pair of a record with two answers.
  ///
  /// - Throws: `UserError`: of kind `file` where the record is at fault (the message names no file), of kind `recipe`
  ///   where no record of this form could be used.
  func preference(_ record: Record, origin: ExampleOrigin) throws -> Outcome<PreferenceExample> {
    switch record {
    case .preference(let prompt, let chosen, let rejected):
      for (name, answer) in [("chosen", chosen), ("rejected", rejected)] where answer.strippingWhitespace().isEmpty {
        return try nothingToTrain("the \(name) answer is empty")
      }
      let better = try usableChat().tokens(of: chosen, to: prompt)
      let worse = try usableChat().tokens(of: rejected, to: prompt)
      guard better.prompt == worse.prompt else {
        throw UserError.file(
          "the chat template writes the prompt otherwise for one of the answers; choose another data.template")
      }
      return try fitted(
        PreferenceExample(prompt: better.prompt, chosen: better.answer, rejected: worse.answer, origin: origin))
    case .preferenceTokens(let prompt, let chosen, let rejected):
      for (name, answer) in [("chosen", chosen), ("rejected", rejected)] where answer.isEmpty {
        return try nothingToTrain("the \(name) answer is empty")
      }
      return try fitted(PreferenceExample(prompt: prompt, chosen: chosen, rejected: rejected, origin: origin))
    case .judgement(let prompt, let answer, let isWanted):
      if answer.strippingWhitespace().isEmpty { return try nothingToTrain("the completion is empty") }
      let tokens = try usableChat().tokens(of: answer, to: prompt)
      let example = single(tokens.prompt, tokens.answer, isWanted: isWanted, origin)
      return try fitted(example, what: "the prompt with its answer")
    case .judgementTokens(let prompt, let answer, let isWanted):
      if answer.isEmpty { return try nothingToTrain("the completion is empty") }
      return try fitted(single(prompt, answer, isWanted: isWanted, origin), what: "the prompt with its answer")
    case .conversation, .text, .tokens:
      throw UserError.file("a record with one answer in the place of a pair")
    }
  }

  /// A prompt with one answer that is wanted or not.
  private func single(
    _ prompt: [Int32], _ answer: [Int32], isWanted: Bool, _ origin: ExampleOrigin
  ) -> PreferenceExample {
    PreferenceExample(prompt: prompt, chosen: isWanted ? answer : [], rejected: isWanted ? [] : answer, origin: origin)
  }

  /// Applies the length policy: the length of a pair is that of the prompt with the longer answer.
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
        origin: pair.origin)
      return .kept([cut], length: length, truncated: true)
    }
  }
}
