import Diagnostics
import InstructionData
import LanguageModels
import Recipes
import Training

/// A reward model that scores candidates.
struct RewardJudge {
  private let files: ModelFiles
  private let chat: ChatEncoder?
  /// Why answers must be read anew; nil where the tokens of both models are the same.
  private let difference: String?

  /// Opens a reward model; no weights are read.
  ///
  /// - Parameter writing: the model that writes the answers.
  /// - Throws: `UserError` of kind `file` where it is none, or cannot read what the other writes.
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

  /// Reads the weights, scores all answers, and lets the weights go.
  ///
  /// - Throws: `UserError`.
  func score(_ candidates: inout [Candidates], _ compute: ComputeOptions) throws {
    let pairs = try candidates.flatMap { asked in try asked.answers.map { try read(asked.question, $0) } }
    let model = try files.model(precision: compute.precision ?? .float32, trainable: false, seed: 0)
    candidates.take(scores: model.rewards(of: pairs).map { Double($0.chosen) })
  }

  /// A prompt and an answer in the reward model's own tokens: those that were written where they are the same, else the
  /// texts written with its template and tokenizer.
  private func read(_ question: Question, _ answer: Answer) throws -> PreferenceExample {
    let prompt = try chat.flatMap { chat in
      question.messages.isEmpty ? nil : try chat.promptTokens(for: question.messages)
    }
    if difference == nil, prompt == nil || prompt == question.tokens { return question.pair(with: answer.ids) }
    guard question.isText, let encoder = files.encoder else {
      throw UserError.file(
        "\(files.source?.path ?? "the reward model"): was made for another vocabulary (\(difference ?? "")), and tokenized "
          + "prompts cannot be read anew")
    }
    guard let chat, !question.messages.isEmpty else {
      let end = answer.isWhole ? [encoder.endOfText].compactMap { $0 } : []
      return PreferenceExample(
        prompt: encoder.prefix + encoder.encode(question.text), chosen: encoder.encode(answer.completion) + end,
        rejected: [], origin: ExampleOrigin(source: 0, line: 0))
    }
    let tokens = try chat.tokens(of: answer.completion, to: question.messages)
    return PreferenceExample(
      prompt: tokens.prompt, chosen: answer.isWhole ? tokens.answer : tokens.answer.dropLast(), rejected: [],
      origin: ExampleOrigin(source: 0, line: 0))
  }
}

/// A preference-trained adapter as a reward model: `β log π(y|x) / π_ref(y|x)`, the reference being the model without it
/// (2305.18290, equation 5, without the partition function, which is the same for all answers to a prompt).
struct ImplicitJudge {
  let beta: Double
  /// The model with the adapter.
  let files: ModelFiles

  /// Scores all answers with the model that wrote them, which keeps the adapter.
  ///
  /// - Throws: `UserError` of kind `file` where the adapter does not fit.
  func score(_ candidates: inout [Candidates], with model: LanguageModel) throws {
    guard let adapter = try files.adapter(for: model) else { return }
    let pairs = candidates.flatMap { asked in asked.answers.map { asked.question.pair(with: $0.ids) } }
    func scores() -> [Float] {
      groups(of: pairs, tokensAtATime: 2048).flatMap { model.scores(of: Array($0)).map(\.chosen) }
    }
    model.attachments = adapter.attachments
    let policy = scores()
    model.attachments = .none
    let reference = scores()
    candidates.take(scores: zip(policy, reference).map { beta * (Double($0) - Double($1)) })
  }
}

extension Question {
  /// The prompt with an answer, as what scores answers takes them.
  fileprivate func pair(with ids: [Int32]) -> PreferenceExample {
    PreferenceExample(prompt: tokens, chosen: ids, rejected: [], origin: ExampleOrigin(source: 0, line: 0))
  }
}

extension [Candidates] {
  /// Gives every answer its score, in their order.
  fileprivate mutating func take(scores: [Double]) {
    var next = 0
    for index in indices {
      let count = self[index].answers.count
      self[index].scores = Array<Double>(scores[next..<next + count])
      next += count
    }
  }
}
