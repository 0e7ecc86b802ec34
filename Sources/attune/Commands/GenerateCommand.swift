import ArgumentParser
import Diagnostics
import InstructionData
import LanguageModels
import Recipes
import StrictJSON
import Tensors
import Tokenization
import Training

/// `attune generate`: text from a model.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Writes text with a model.",
    discussion: """
          $ attune generate --model runs/full/model.h5 --chat "What is the capital of France?"
          $ attune generate --model MODEL --prompt "Once upon a time" --temperature 0.8 --top-p 0.9 --seed 7
          $ attune generate --model MODEL --data questions.jsonl > answers.jsonl

      Greedy unless a temperature is given. It ends at the model's end-of-text tokens, at the template's end of turn, \
      or where the model has no more positions; `ids` hold the token that ended it, the completion doesn't. Tokens per second count the tokens written, over the time of prompt \
      and answer.

      --json: prompt, completion, ids, tokens_per_second; with --data an array of these.
      """)

  @OptionGroup var model: ModelOptions

  @Option(parsing: .unconditional, help: "A text to go on with, as it stands.")
  var prompt: String?

  @Option(parsing: .unconditional, help: "What a user says, written with the template.")
  var chat: String?

  @Option(help: "Records whose prompts are answered, an output line each: {prompt, completion, ids, …}.")
  var data: String?

  @OptionGroup var generation: GenerationOptions
  @OptionGroup var compute: ComputeOptions

  @Flag(help: "Prints one JSON object, or with --data one array.")
  var json = false

  func validate() throws {
    _ = try model.requireModel()
    let given = [prompt, chat, data].compactMap { $0 }.count
    if given != 1 { throw ValidationError("Give one of '--prompt', '--chat' and '--data'.") }
  }

  func run() throws {
    try compute.apply()
    try namingOptions {
      let files = try model.files(of: model.requireModel())
      let writer = try Writer(files, model.template, generation)
      let questions = try prompts(files, writer)
      let loaded = try files.model(
        precision: compute.precision ?? .float32, trainable: false, seed: 0)
      if data != nil {
        answerAll(questions, writer, loaded)
      } else if let question = questions.first {
        let answer = writer.write(loaded, behind: question) { piece in
          if !json { Console.outputPiece(piece) }
        }
        Console.output(json ? answer.json.compactText : "\n")
      }
    }
  }

  /// What is to be answered.
  private func prompts(_ files: ModelFiles, _ writer: Writer) throws -> [Question] {
    if let data {
      let loader = try DataLoader(
        template: writer.template, model: files.modelTemplate, encoder: files.encoder,
        options: DataOptions(vocabularySize: files.configuration.vocabularySize), threads: Threads.count)
      return try loader.prompts(from: data).map { record in
        let question = Question(
          text: record.text ?? files.tokenizer?.decode(record.tokens) ?? "", tokens: record.tokens,
          isContinued: !record.isTurn)
        try writer.checkLength(question, place: "\(data):\(record.line)")
        return question
      }
    }
    guard let tokenizer = files.tokenizer else {
      throw UserError.file("\(model.model ?? ""): there is no tokenizer; --data with tokenized records needs none.")
    }
    let question: Question
    if let prompt {
      question = Question(text: prompt, tokens: tokenizer.encode(prompt), isContinued: true)
    } else {
      let text = chat ?? ""
      let tokens = try files.chatEncoder(writer.template)?.promptTokens(for: [Message(.user, text)]) ?? []
      question = Question(text: text, tokens: tokens, isContinued: false)
    }
    try writer.checkLength(question, place: prompt == nil ? "--chat" : "--prompt")
    return [question]
  }

  /// Answers prompts, several at a time.
  private func answerAll(_ questions: [Question], _ writer: Writer, _ model: LanguageModel) {
    var answers: [Answer] = []
    var line = ProgressLine()
    for group in writer.groups(of: questions) {
      let written = writer.write(model, behind: group)
      if json { answers += written } else { for answer in written { Console.output(answer.json.compactText) } }
      line.show("answered \(group.endIndex) of \(questions.count) prompts")
    }
    line.finish()
    if json { Console.output(json: .array(answers.map(\.json))) }
  }
}
