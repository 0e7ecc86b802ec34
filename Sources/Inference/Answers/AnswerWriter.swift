import Diagnostics
import InstructionData
import LanguageModels
import Tokenization

/// Writes answers to questions: joins a model's tokenizer, the end of its answers and the sampling options.
public struct AnswerWriter {
  /// How conversations are written.
  public let template: TemplateName
  private let tokenizer: Tokenizer?
  private let vocabularySize: Int
  private let stop: StopRule
  private let lengths: LengthRule
  private let options: SamplingOptions

  /// Prepares to write with a model; no weights are read.
  ///
  /// - Parameter asked: the template; nil: the one that ``ModelFiles/template(_:)`` finds.
  /// - Throws: `UserError` of kind `file` for a reward model, or where the template noted with the model is unknown.
  public init(_ files: ModelFiles, template asked: TemplateName?, _ options: SamplingOptions) throws {
    try files.requireLanguageModel()
    template = try files.template(asked)
    tokenizer = files.tokenizer
    vocabularySize = files.configuration.vocabularySize
    // Texts can be continued whether or not the template fits.
    stop = files.stopRule((try? files.chatEncoder(template)) ?? nil)
    lengths = LengthRule(files.configuration)
    self.options = options
  }

  /// Refuses a prompt that leaves the model nothing to write.
  ///
  /// - Parameter place: names the prompt in the message.
  /// - Throws: `UserError`.
  public func check(_ question: Question, place: String) throws {
    if question.tokens.isEmpty { throw UserError.recipe("\(place): the prompt has no tokens.") }
    if let id = question.tokens.first(where: { !(0..<vocabularySize ~= Int($0)) }) {
      let name = tokenizer?.token(of: id).map { "'\($0)' (\(id))" } ?? "\(id)"
      throw UserError.file("\(place): the token \(name) is none of the model's \(vocabularySize).")
    }
    guard lengths.room(after: question.tokens.count) > 0 else {
      throw UserError.file(
        "\(place): the prompt has \(question.tokens.count) tokens, and the model has positions for "
          + "\(lengths.maximumPositions) (max_position_embeddings), the answer's included.")
    }
  }

  /// Answers one question, and gives its text out as it comes.
  ///
  /// - Parameter onText: called with pieces of the answer that are whole characters.
  /// - Throws: `UserError` of kind `training` where the model's prediction is not finite.
  public func answer(_ question: Question, with model: LanguageModel, onText: (String) -> Void) throws -> Answer {
    var stream = textStream(question)
    var text = ""
    func add(_ piece: String) {
      if !piece.isEmpty { onText(piece) }
      text += piece
    }
    let start = ContinuousClock.now
    let written = model.generate(
      [request(for: question, index: 0)], shouldContinue: { true }, onToken: { add(stream?.append($1) ?? "") })[0]
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    try model.requireFinite(written)
    add(stream?.finish() ?? "")
    return Answer(question, text, written, tokensPerSecond: Double(written.tokensWithEnd.count) / max(seconds, 1e-9))
  }

  /// Answers several questions, as many at a time as ``GenerationLimit`` says; an answer does not depend on the others. Its
  /// speed is that of all answers until its own end.
  ///
  /// - Parameters:
  ///   - questions: the index of each gives it a random stream of its own.
  ///   - onAnswer: called with every answer, in the order of the questions, as soon as it and those before it are written.
  /// - Returns: all answers.
  /// - Throws: `UserError` of kind `training` where the model's prediction is not finite; what `onAnswer` throws.
  @discardableResult public func answers(
    to questions: [Question], with model: LanguageModel, onAnswer: (Answer) throws -> Void = { _ in }
  ) throws -> [Answer] {
    let start = ContinuousClock.now
    var answers = [Answer?](repeating: nil, count: questions.count)
    var (passedOn, tokens) = (0, 0)
    _ = try model.generate(
      questions.enumerated().map { request(for: $1, index: $0) }, shouldContinue: { true },
      onToken: { _, _ in tokens += 1 },
      onEnd: { index, written in
        try model.requireFinite(written)
        if written.isComplete { tokens += 1 }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        answers[index] = answer(questions[index], written, tokensPerSecond: Double(tokens) / max(seconds, 1e-9))
        while passedOn < answers.count, let answer = answers[passedOn] {
          passedOn += 1
          try onAnswer(answer)
        }
      })
    return answers.compactMap { $0 }
  }

  private func answer(_ question: Question, _ written: GeneratedSequence, tokensPerSecond: Double) -> Answer {
    var stream = textStream(question)
    let text = written.tokens.map { stream?.append($0) ?? "" }.joined() + (stream?.finish() ?? "")
    return Answer(question, text, written, tokensPerSecond: tokensPerSecond)
  }

  private func request(for question: Question, index: Int) -> GenerationRequest {
    GenerationRequest(
      prompt: question.tokens,
      maximumNewTokens: lengths.limit(options.maximumNewTokens, after: question.tokens.count), stop: stop,
      sampler: Sampler(options, sequence: index))
  }

  private func textStream(_ question: Question) -> TextStream? {
    tokenizer.map { TextStream($0, after: question.isContinued ? question.tokens : []) }
  }
}

extension Answer {
  fileprivate init(_ question: Question, _ text: String, _ sequence: GeneratedSequence, tokensPerSecond: Double) {
    self.init(
      prompt: question.text, completion: text, ids: sequence.tokensWithEnd, tokensPerSecond: tokensPerSecond,
      isComplete: sequence.isComplete)
  }
}

extension LanguageModel {
  /// Refuses a sequence that ended because its next token would have meant nothing.
  ///
  /// - Throws: `UserError` of kind `training`, which names a weight that is not finite.
  public func requireFinite(_ sequence: GeneratedSequence) throws {
    if sequence.ending == .notFinite { throw notFinite("the prediction of a token") }
  }
}
