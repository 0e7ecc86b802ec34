import Inference
import InstructionData
import LanguageModels
import Recipes
import Tokenization
import Training

extension Runner {
  /// Answers the held-out prompts and the recipe's own, if the recipe asks for it.
  ///
  /// - Returns: whether the run continues; if it does not, answers that are incomplete are not recorded.
  func answer(
    _ moment: RunEvent.Moment, _ model: LanguageModel, _ inputs: RunInputs<some LearningTask>, _ recorder: RunRecorder?,
    step: Int
  ) throws -> Bool {
    do {
      try answer(moment, model, inputs, recorder, step: step) { if !shouldContinue() { throw AnswersStopped() } }
      return true
    } catch is AnswersStopped {
      return false
    }
  }

  /// Writes the answers.
  ///
  /// - Parameter check: called before every token; ends it by throwing.
  private func answer(
    _ moment: RunEvent.Moment, _ model: LanguageModel, _ inputs: RunInputs<some LearningTask>, _ recorder: RunRecorder?,
    step: Int, check: () throws -> Void
  ) throws {
    let (files, data) = (inputs.files, inputs.data)
    guard !isDryRun, let tokenizer = files.tokenizer else { return }
    if recipe.evaluation.generate, moment != .whileTraining, let heldOut = data.heldOut {
      try check()
      let answers = try compareAnswers(
        model, heldOut.examples, maximumNewTokens: recipe.evaluation.maximumNewTokens, stop: files.stopRule(data.chat),
        decode: { tokenizer.decode($0) }, onProgress: { _ in try check() })
      try recorder?.record(answers: answers, moment, step: step)
      _ = report(.answers(moment, answers))
    }
    guard !recipe.evaluation.prompts.isEmpty, let chat = data.chat else { return }
    let samples = try recipe.sampleRequests(files, chat).map { prompt, request in
      let written = try model.generate(
        [request],
        shouldContinue: {
          try check()
          return true
        }, onToken: { _, _ in })[0]
      try model.requireFinite(written)
      return (prompt, tokenizer.decode(written.tokens))
    }
    try recorder?.record(samples: samples, moment, step: step)
    _ = report(.samples(moment, samples))
  }
}

extension Recipe {
  /// What the model is asked with the recipe's own prompts.
  func sampleRequests(_ files: ModelFiles, _ chat: ChatEncoder) -> [(prompt: String, request: GenerationRequest)] {
    let lengths = LengthRule(files.configuration)
    return evaluation.prompts.compactMap { prompt in
      guard let ids = try? chat.promptTokens(for: [Message(.user, prompt)]), !ids.isEmpty else { return nil }
      let request = GenerationRequest(
        prompt: ids, maximumNewTokens: lengths.limit(evaluation.maximumNewTokens, after: ids.count),
        stop: files.stopRule(chat))
      return (prompt, request)
    }
  }
}

/// Answers were stopped halfway.
private struct AnswersStopped: Error {}
