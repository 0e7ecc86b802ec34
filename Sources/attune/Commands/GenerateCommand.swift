import ArgumentParser
import Inference
import InstructionData
import LanguageModels
import StrictJSON
import Tensors

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

      Greedy unless a temperature is given. An answer ends at the model's end-of-text tokens, at the template's end of \
      turn, or where the model has no positions left; `ids` include the token that ended it, the completion doesn't. \
      Tokens per second are the tokens written by the time of prompt and answer; with --data those of all answers until \
      the end of this one.

      --data answers up to 32 prompts at a time, fewer where their keys and values would take more memory than the \
      model's weights and than 256 MB. Where one answer ends the next prompt takes its place, and each answer is the one \
      that its prompt gets alone.

      --json: prompt, completion, ids, tokens_per_second; with --data an array of these.

      --best-of adds `score` and `mean_score`, with --json `candidates` too: [{completion, ids, score}, …]. `--reward \
      implicit` scores by β·log(π/π_ref), π being the model with the adapter that was trained on preferences and π_ref \
      the model without it. There are never two models in memory.
      """)

  @OptionGroup var model: ModelOptions

  @Option(parsing: .unconditional, help: "A text to continue as it stands.")
  var prompt: String?

  @Option(parsing: .unconditional, help: "What a user says, written with the template.")
  var chat: String?

  @Option(
    help: "Records whose prompts are answered, an output line each: {prompt, completion, ids, …}.",
    transform: pathArgument)
  var data: String?

  @Option(help: "With --data: what happens to records of which the template does not show everything. Default: error.")
  var lostParts: LostPartsPolicy?

  @OptionGroup var generation: GenerationOptions
  @OptionGroup var best: BestOfOptions
  @OptionGroup var compute: ComputeOptions

  @Flag(help: "Prints one JSON object, or with --data one array.")
  var json = false

  func validate() throws {
    _ = try model.requireModel()
    let given = [prompt, chat, data].compactMap { $0 }.count
    if lostParts != nil, data == nil { throw ValidationError("'--lost-parts' needs '--data'.") }
    if given != 1 { throw ValidationError("Give one of '--prompt', '--chat' and '--data'.") }
    try best.validate(temperature: generation.temperature, hasAdapter: model.adapter != nil)
  }

  func run() throws {
    compute.apply()
    try namingOptions {
      let files = try model.files(of: model.requireModel())
      Console.warnings(files.configuration.notes + (try files.generationNotes()))
      let writer = try AnswerWriter(files, template: model.template, generation.sampling)
      let questions = try questions(files, writer)
      if let reward = best.scoredBy { return try chooseBest(by: reward, questions, files, writer) }
      let loaded = try files.model(precision: precision)
      if data != nil { return try answerAll(questions, writer, loaded) }
      guard let question = questions.first else { return }
      let answer = try writer.answer(question, with: loaded) { piece in
        if !json { Console.outputPiece(piece) }
      }
      Console.output(json ? answer.json.compactText : "\n")
    }
  }

  private var precision: ElementType { compute.precision ?? .float32 }

  /// What is to be answered.
  private func questions(_ files: ModelFiles, _ writer: AnswerWriter) throws -> [Question] {
    if let data {
      let policy = lostParts ?? .error
      return try files.questions(fromRecordsAt: data, writer.template, lostParts: policy) {
        Console.warning($0)
      }.map { question, line in
        try writer.check(question, place: "\(data):\(line)")
        return question
      }
    }
    let question =
      try prompt.map { try files.question(continuing: $0) } ?? files.question(asking: chat ?? "", writer.template)
    try writer.check(question, place: prompt == nil ? "--chat" : "--prompt")
    return [question]
  }

  /// Answers prompts, several at a time.
  private func answerAll(_ questions: [Question], _ writer: AnswerWriter, _ model: LanguageModel) throws {
    var line = ProgressLine()
    var done = 0
    let answers = try writer.answers(to: questions, with: model) { answer in
      if !json { Console.output(answer.json.compactText) }
      done += 1
      line.show("answered \(done) of \(questions.count) prompts")
    }
    line.finish()
    if json { Console.output(json: .array(answers.map(\.json))) }
  }

  /// Samples several answers to each prompt and prints the best one.
  private func chooseBest(
    by reward: BestOf.Reward, _ questions: [Question], _ files: ModelFiles, _ writer: AnswerWriter
  ) throws {
    let count = best.bestOf ?? 1
    let chooser = try BestOf(count, by: reward, writer, files, precision: precision)
    Console.warnings(chooser.notes)
    let total = questions.count * count
    var line = ProgressLine()
    let candidates = try chooser.candidates(for: questions) { done in
      line.show("sampled \(done) of \(total) answers")
      if done == total { line.finish() }
    }
    if let picks = best.picks {
      let written = try candidates.writeRecords(to: picks)
      let left = candidates.count - written
      Console.message(
        "\(picks) holds \(written) records"
          + (left > 0 ? "; \(left) best answers were cut off by --max-new-tokens and are left out." : "."))
    }
    show(candidates)
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
}
