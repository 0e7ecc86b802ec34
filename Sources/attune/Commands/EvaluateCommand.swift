import ArgumentParser
import Diagnostics
import Inference
import InstructionData
import LanguageModels
import Recipes
import Runs
import Tensors
import Training

/// `attune evaluate`: how well a model predicts records that it was not trained on.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Reports how well a model predicts held-out records.",
    discussion: """
          $ attune evaluate --model runs/full/model.h5 --data held-out.jsonl
          $ attune evaluate recipes/full.yaml
          $ attune evaluate recipes/full.yaml --model runs/full/model.h5

      With a recipe its held-out sets are evaluated: with the model that it starts from, or with --model. Tokens per \
      second count all tokens over the computation's time, loading left out.

          $ attune evaluate --model runs/reward/model.h5 --data pairs.jsonl

      A reward model scores answers. For pairs it reports how often the better answer has the higher score (accuracy), by \
      how much (margin), and both mean scores (chosen_reward, rejected_reward); for records with one answer the mean \
      score (mean_score). --json lists every record's: scores: [{source, line, chosen, rejected} or {source, line, \
      score}, …].

      --json: loss (nats per trained token), perplexity, accuracy (next token), trained_tokens, tokens, examples, \
      tokens_per_second; sources, the same for each held-out set by its name; with --generate exact_match, and answers, \
      each with source, line, expected, written and match. For preferences also chosen_reward, rejected_reward, margin, \
      and accuracy is the share of pairs that are right.
      """)

  @Argument(help: "A recipe whose held-out sets are evaluated.")
  var recipe: String?

  @Argument(help: "Changes to the recipe: key.path=value.")
  var overrides: [String] = []

  @OptionGroup var model: ModelOptions

  @Option(help: "The records, in place of a recipe's held-out sets.")
  var data: String?

  @Option(parsing: .unconditional, help: "The longest example, in tokens. Default: the recipe's, or 512.")
  var maxLength: Int?

  @Option(help: "What happens to longer examples. Default: the recipe's, or error.")
  var lengthPolicy: Recipe.Data.LengthPolicy?

  @Flag(help: "Lets the model answer each prompt, greedily, and reports how many answers are exactly the record's.")
  var generate = false

  @Option(
    parsing: .unconditional, help: "With --generate: the most tokens of an answer. Default: the recipe's, or 128.")
  var maxNewTokens: Int?

  @OptionGroup var compute: ComputeOptions

  @Flag(help: "Prints one JSON object.")
  var json = false

  func validate() throws {
    if recipe == nil, data == nil { throw ValidationError("Give a recipe, or --model with --data.") }
    if recipe != nil, data != nil {
      throw ValidationError("'--data' and a recipe exclude each other: the recipe names its held-out sets.")
    }
    if recipe == nil { _ = try model.requireModel() }
    if let maxLength, maxLength < 2 {
      throw ValidationError("'--max-length \(maxLength)': expected a whole number from 2.")
    }
    if let maxNewTokens, maxNewTokens < 1 {
      throw ValidationError("'--max-new-tokens \(maxNewTokens)': expected a whole number from 1.")
    }
  }

  func run() throws {
    compute.apply()
    if let recipe {
      let file = try RecipeFile(path: recipe, overrides: overrides)
      try evaluate(file.recipe, try files(of: file))
    } else {
      try namingOptions {
        let path = try model.requireModel()
        let files = try model.files(of: path)
        var recipe = Recipe(output: "", model: Recipe.Model(source: .path(path)), data: Recipe.Data(train: []))
        recipe.data.heldOut = [data.map { Recipe.Data.Source(file: $0) }].compactMap { $0 }
        recipe.data.template = try files.template(model.template)
        recipe.objective = .evaluating(files.configuration.head)
        try evaluate(recipe, files)
      }
    }
  }

  /// The model of a recipe, or the one that --model names.
  private func files(of file: RecipeFile) throws -> ModelFiles {
    let unsupported = file.recipe.unsupported(at: file)
    if !unsupported.isEmpty { throw UserErrors(unsupported) }
    if file.recipe.data.heldOut.isEmpty {
      throw file.error(at: "data.held_out", "names no records to evaluate on; name some, or --model and --data.")
    }
    if let path = model.model { return try model.files(of: path) }
    return try file.recipe.modelFiles(at: file)
  }

  private func evaluate(_ given: Recipe, _ files: ModelFiles) throws {
    var recipe = given
    if let template = model.template { recipe.data.template = template }
    if let maxLength { recipe.data.maximumLength = maxLength }
    if let lengthPolicy { recipe.data.lengthPolicy = lengthPolicy }
    if let maxNewTokens { recipe.evaluation.maximumNewTokens = maxNewTokens }
    if let precision = compute.precision { recipe.model.precision = precision }
    if generate { try files.requireLanguageModel() }
    if generate, files.tokenizer == nil {
      throw UserError.file("--generate: the model has no tokenizer to write answers with.")
    }
    try evaluate(recipe, recipe.objective.task, files)
  }

  private func evaluate(_ recipe: Recipe, _ task: some LearningTask, _ files: ModelFiles) throws {
    let evaluation = try HeldOutEvaluation(recipe, task, files)
    let heldOut = evaluation.data
    let warnings = recipe.warnings(about: files.configuration, heldOut.sources.map(\.report))
    for warning in warnings { Console.warning(warning) }
    let view = EvaluationView(examples: heldOut.total.examples)
    let report = Training.evaluate(evaluation.model, on: heldOut, objective: evaluation.objective) {
      view.show(evaluated: $0)
    }
    view.finish()
    try report.requireFinite(by: evaluation.model)
    let answers = generate ? evaluation.answers { view.show(answered: $0) } : nil
    if generate { view.finish() }
    if json {
      Console.output(json: report.json(heldOut, answers))
    } else {
      Console.output(report.table(answers))
    }
  }
}

extension LengthPolicy: ExpressibleByArgument {}

extension Recipe.Data.Source {
  /// A file under its own name.
  fileprivate init(file path: String) { self.init(name: DataSource(path: path).name, path: path) }
}
