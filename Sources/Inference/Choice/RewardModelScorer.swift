import Diagnostics
import InstructionData
import LanguageModels
import Tensors

/// Scores answers with a reward model.
struct RewardModelScorer {
  private let files: ModelFiles
  /// What is worth knowing about the reward model.
  var notes: [String] { files.configuration.notes }
  private let chat: ChatEncoder?
  /// Why answers must be tokenized again; nil where the tokens of both models mean the same.
  private let difference: String?

  /// Opens a reward model; no weights are read.
  ///
  /// - Parameter writing: the model that writes the answers.
  /// - Throws: `UserError` of kind `file` where it is no reward model, or cannot read what the other one writes.
  init(_ path: String, adapter: String?, writing: ModelFiles) throws {
    var files = try ModelFiles(path: path)
    if let adapter { try files.openAdapter(at: adapter) }
    try files.requireRewardModel()
    difference = writing.difference(toVocabularyOf: files)
    if let difference, files.tokenizer == nil {
      throw UserError.file(
        "\(path): the reward model was made for another vocabulary (\(difference)), and has no tokenizer to read texts with"
      )
    }
    chat = try files.chatEncoder(files.template(nil))
    self.files = files
  }

  /// Reads the weights, scores all answers, and frees the weights.
  ///
  /// - Throws: `UserError`.
  func score(_ candidates: inout [Candidates], precision: ElementType) throws {
    let answered = try candidates.flatMap { asked in try asked.answers.map { try read(asked.question, $0) } }
    let model = try files.model(precision: precision)
    candidates.take(scores: model.rewards(of: answered).joined().map(Double.init))
  }

  /// A prompt and an answer in the reward model's own tokens: those that were written where they mean the same to it,
  /// else the texts in its template and by its tokenizer.
  private func read(_ question: Question, _ answer: Answer) throws -> AnsweredPrompt {
    let prompt = try chat.flatMap { chat in
      question.messages.isEmpty ? nil : try chat.promptTokens(for: question.messages)
    }
    if difference == nil, prompt == nil || prompt == question.tokens { return question.answered(by: answer) }
    guard question.isText, let encoder = files.encoder else {
      throw UserError.file(
        "\(files.place): was made for another vocabulary (\(difference ?? "")), and tokenized prompts cannot be "
          + "tokenized again")
    }
    guard let chat, !question.messages.isEmpty else {
      let end = answer.isComplete ? [encoder.endOfText].compactMap { $0 } : []
      return AnsweredPrompt(
        prompt: encoder.prefix + encoder.encode(question.text), answers: [encoder.encode(answer.completion) + end])
    }
    let tokens = try chat.tokens(of: [Message(.assistant, answer.completion)], to: question.messages)
    return AnsweredPrompt(
      prompt: tokens.prompt, answers: [answer.isComplete ? tokens.answer : tokens.answer.dropLast()])
  }
}

extension Question {
  /// The question with an answer, as models score them.
  func answered(by answer: Answer) -> AnsweredPrompt { AnsweredPrompt(prompt: tokens, answers: [answer.ids]) }
}
