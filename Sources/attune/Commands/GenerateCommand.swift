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

          $ attune generate --model MODEL --chat "…" --best-of 8 --reward runs/reward/model.h5 --temperature 1
          $ attune generate --model MODEL --data prompts.jsonl --best-of 8 --reward REWARD --temperature 1 --picks sft.jsonl

      Greedy unless a temperature is given. It ends at the model's end-of-text tokens, at the template's end of turn, \
      or where the model has no more positions; `ids` hold the token that ended it, the completion doesn't. Tokens per \
      second count the tokens written, over the time of prompt and answer.

      --json: prompt, completion, ids, tokens_per_second; with --data an array of these.

      --best-of adds `score` and `mean_score`, with --json `candidates` too: [{completion, ids, score}, …]. `--reward \
      implicit` scores by β·log(π/π_ref), π being the model with the adapter that was trained on preferences and π_ref \
      the model without it. There are never two models in memory.
      """)

  @OptionGroup var model: ModelOptions

  @Option(parsing: .unconditional, help: "A text to go on with, as it stands.")
  var prompt: String?

  @Option(parsing: .unconditional, help: "What a user says, written with the template.")
  var chat: String?

  @Option(help: "Records whose prompts are answered, an output line each: {prompt, completion, ids, …}.")
  var data: String?

  @OptionGroup var generation: GenerationOptions
  @OptionGroup var best: BestOfOptions
  @OptionGroup var compute: ComputeOptions

  @Flag(help: "Prints one JSON object, or with --data one array.")
  var json = false

  func validate() throws {
    _ = try model.requireModel()
    let given = [prompt, chat, data].compactMap { $0 }.count
    if given != 1 { throw ValidationError("Give one of '--prompt', '--chat' and '--data'.") }
    try best.validate(temperature: generation.temperature, hasAdapter: model.adapter != nil)
  }

  func run() throws {
    compute.apply()
    try namingOptions {
      let files = try model.files(of: model.requireModel())
      try files.requireLanguageModel()
      let writer = try Writer(files, model.template, generation)
      let questions = try prompts(files, writer)
      if best.bestOf != nil {
        return show(try BestOf(best, writer, files, compute).candidates(to: questions, files))
      }
      let loaded = try files.model(
        precision: compute.precision ?? .float32, trainable: false, seed: 0)
      if data != nil {
        try answerAll(questions, writer, loaded)
      } else if let question = questions.first {
        let answer = try writer.write(loaded, behind: question) { piece in
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
          messages: record.messages, isText: record.text != nil)
        try writer.checkLength(question, place: "\(data):\(record.line)")
        return question
      }
    }
    guard let tokenizer = files.tokenizer else {
      throw UserError.file("\(model.model ?? ""): there is no tokenizer; --data with tokenized records needs none.")
    }
    let question: Question
    if let prompt {
      question = Question(text: prompt, tokens: tokenizer.encode(prompt))
    } else {
      let text = chat ?? ""
      let messages = [Message(.user, text)]
      let tokens = try files.chatEncoder(writer.template)?.promptTokens(for: messages) ?? []
      question = Question(text: text, tokens: tokens, messages: messages)
    }
    try writer.checkLength(question, place: prompt == nil ? "--chat" : "--prompt")
    return [question]
  }

  /// Shows the best answers with their scores.
  private func show(_ candidates: [Candidates]) {
    if data != nil {
      if json { return Console.output(json: .array(candidates.map { $0.json(withAll: true) })) }
      for chosen in candidates { Console.output(chosen.json(withAll: false).compactText) }
    } else if let chosen = candidates.first, let best = chosen.best {
      if json { return Console.output(json: chosen.json(withAll: true)) }
      Console.output(best.answer.completion)
      Console.message(
        "score \(Human.fixed(best.score, 4)), the best of \(chosen.scores.count) answers (mean \(Human.fixed(chosen.meanScore, 4)))"
      )
    }
  }

  /// Answers prompts, several at a time.
  private func answerAll(_ questions: [Question], _ writer: Writer, _ model: LanguageModel) throws {
    var answers: [Answer] = []
    var line = ProgressLine()
    for group in writer.groups(of: questions) {
      let written = try writer.write(model, behind: group)
      if json { answers += written } else { for answer in written { Console.output(answer.json.compactText) } }
      line.show("answered \(group.endIndex) of \(questions.count) prompts")
    }
    line.finish()
    if json { Console.output(json: .array(answers.map(\.json))) }
  }
}
