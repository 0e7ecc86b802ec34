import Diagnostics
import InstructionData
import LanguageModels
import Recipes
import StrictJSON
import Tokenization
import Training

/// A prompt to be answered.
struct Question {
  /// As the person gave it.
  let text: String
  /// As the model reads it.
  let tokens: [Int32]
  /// The conversation that it is the end of; empty where the answer is the prompt's own text going on, space before its
  /// first word included.
  var messages: [Message] = []
  /// Whether it was given as text; else as tokens.
  var isText = true

  /// Whether the answer is the prompt's own text going on; else it is a text of its own.
  var isContinued: Bool { messages.isEmpty }
}

/// What was written behind a prompt.
struct Answer {
  let prompt: String
  let completion: String
  /// As the model wrote them, with the one that ended the answer, whose text is no part of it.
  let ids: [Int32]
  let tokensPerSecond: Double
  /// Whether the model ended it.
  let isWhole: Bool

  /// The fields of the contract.
  var members: [(key: String, value: JSONValue)] {
    [
      ("prompt", .string(prompt)), ("completion", .string(completion)),
      ("ids", .array(ids.map { .integer($0) })), ("tokens_per_second", .double(tokensPerSecond)),
    ]
  }
  var json: JSONValue { .members(members) }
}

/// Writes answers: joins a model's tokenizer, the template's end of turn and the sampling options.
struct Writer {
  /// How conversations are written.
  let template: TemplateName
  private let tokenizer: Tokenizer?
  private let stops: Set<Int32>
  private let configuration: DecoderConfiguration
  private let generation: GenerationOptions

  /// So many prompts share the passes through the weights.
  private static let promptsAtATime = 16

  init(_ files: ModelFiles, _ asked: TemplateName?, _ generation: GenerationOptions) throws {
    template = try files.template(asked)
    tokenizer = files.tokenizer
    let chat = (try? files.chatEncoder(template)) ?? nil
    stops = files.stopIDs.union(chat?.stopIDs ?? [])
    configuration = files.configuration
    self.generation = generation
  }

  /// Refuses a prompt that leaves the model nothing to write.
  func checkLength(_ question: Question, place: String) throws {
    if question.tokens.isEmpty { throw UserError.recipe("\(place): the prompt has no tokens.") }
    if let id = question.tokens.first(where: { !(0..<configuration.vocabularySize ~= Int($0)) }) {
      throw UserError.file(
        "\(place): the token \(id) is none of the model's \(configuration.vocabularySize).")
    }
    guard question.tokens.count < configuration.maximumPositions else {
      throw UserError.file(
        "\(place): the prompt has \(question.tokens.count) tokens, and the model has positions for "
          + "\(configuration.maximumPositions) (max_position_embeddings), the answer's included.")
    }
  }

  /// Questions in groups that share the passes through the weights; one at the end of the model's positions is alone, so
  /// that it cuts no other's answer short.
  func groups(of questions: [Question]) -> [ArraySlice<Question>] {
    var groups: [ArraySlice<Question>] = []
    var start = 0
    for (index, question) in questions.enumerated() {
      let isAlone = configuration.maximumPositions - question.tokens.count < generation.maxNewTokens
      if isAlone || index - start == Self.promptsAtATime {
        if start < index { groups.append(questions[start..<index]) }
        start = index
      }
      if isAlone {
        groups.append(questions[index...index])
        start = index + 1
      }
    }
    if start < questions.count { groups.append(questions[start...]) }
    return groups
  }

  /// Answers one prompt; tells the text as it comes.
  ///
  /// - Throws: `UserError` of kind `training` where the model computes what is no number; so below.
  func write(_ model: LanguageModel, behind question: Question, _ tell: (String) -> Void) throws -> Answer {
    var stream = textStream(question)
    var text = ""
    let start = ContinuousClock.now
    let ids = try model.generate(
      [question.tokens], options: generation.sampling(behind: question.tokens.count, of: configuration), stops: stops,
      includesStop: true,
      onToken: { _, id in
        let piece = stream?.append(id) ?? ""
        if !piece.isEmpty { tell(piece) }
        text += piece
      },
      whenNotFinite: { throw model.notFinite("the prediction of a token") })[0]
    let seconds = (ContinuousClock.now - start).inSeconds
    let rest = stream?.finish() ?? ""
    if !rest.isEmpty { tell(rest) }
    return Answer(
      prompt: question.text, completion: text + rest, ids: ids, tokensPerSecond: Double(ids.count) / max(seconds, 1e-9),
      isWhole: isWhole(ids))
  }

  /// Answers several prompts together; each tells the speed of all.
  ///
  /// - Parameter questions: a part of all, whose indices make each draw by a seed of its own.
  func write(_ model: LanguageModel, behind questions: ArraySlice<Question>) throws -> [Answer] {
    let longest = questions.map(\.tokens.count).max() ?? 0
    var options = generation.sampling(behind: longest, of: configuration)
    options.seed &+= UInt64(questions.startIndex)
    let start = ContinuousClock.now
    let written = try model.generate(
      questions.map(\.tokens), options: options, stops: stops, includesStop: true,
      onToken: { _, _ in }, whenNotFinite: { throw model.notFinite("the prediction of a token") })
    let seconds = (ContinuousClock.now - start).inSeconds
    let count = written.reduce(0) { $0 + $1.count }
    return zip(questions, written).map { question, ids in
      var stream = textStream(question)
      let text = ids.filter { !stops.contains($0) }.map { stream?.append($0) ?? "" }.joined() + (stream?.finish() ?? "")
      return Answer(
        prompt: question.text, completion: text, ids: ids, tokensPerSecond: Double(count) / max(seconds, 1e-9),
        isWhole: isWhole(ids))
    }
  }

  /// Draws several answers to each prompt.
  ///
  /// - Parameter onProgress: told how many answers there are.
  func candidates(
    _ model: LanguageModel, behind questions: [Question], count: Int, onProgress: (Int) -> Void
  ) throws -> [Candidates] {
    let repeated = questions.flatMap { Array(repeating: $0, count: count) }
    var answers: [Answer] = []
    for group in groups(of: repeated) {
      answers += try write(model, behind: group)
      onProgress(answers.count)
    }
    return questions.enumerated().map { index, question in
      Candidates(question: question, answers: Array(answers[index * count..<(index + 1) * count]))
    }
  }

  private func isWhole(_ ids: [Int32]) -> Bool { ids.last.map(stops.contains) ?? false }

  private func textStream(_ question: Question) -> TextStream? {
    tokenizer.map { TextStream($0, after: question.isContinued ? question.tokens : []) }
  }
}
