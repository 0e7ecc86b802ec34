import Diagnostics
import InstructionData
import LanguageModels
import Optimization
import Tensors
import Training

/// Tells what a recipe's run, and variations of it, would take. Of the model only the configuration is read, and what its
/// weights are stored as.
struct Estimator<Element: TrainingExample> {
  let file: RecipeFile
  let files: ModelFiles
  let data: RunData<Element>
  /// What a recipe learns from these examples, source by source; a reference has scored them all.
  private let objective: (_ recipe: Recipe, _ sources: [[Element]]) throws -> Objective<Element>
  /// The same example with all tokens below a bound.
  private let confined: (_ example: Element, _ vocabulary: Int32) -> Element

  /// The memory of a run's tensors.
  ///
  /// - Throws: `UserError` of kind `recipe` for an adapter that does not fit the model, or sizes that cannot be.
  func memory(of recipe: Recipe) throws -> TrainingMemory {
    try checkSize(of: files.configuration)
    let batches = try PlannedBatches(recipe, data)
    let objective = try objective(recipe, data.sets.flatMap { $0.sources.map(\.examples) })
    return try TrainingMemory(rehearsing: batches.heaviest, evaluations: batches.heaviestEvaluations, objective) {
      try standIn(recipe, files.configuration)
    }
  }

  /// What a step costs here; nil where a part of the model cannot stand for the whole.
  func cost(of recipe: Recipe, on microBatch: [Element]) throws -> StepCost? {
    guard let parts = ModelParts(files.configuration, tokens: microBatch.reduce(0) { $0 + $1.computedCount }) else {
      return nil
    }
    // Weights and gradients of what is measured; nobody's machine is to be filled by a question.
    guard parts.mostWeights <= SystemMemory.limit / 32 else { return nil }
    var recipe = recipe
    recipe.adapter = recipe.adapter?.onAllLayers
    return try parts.wholeCost { configuration in
      let examples = microBatch.map { confined($0, Int32(clamping: configuration.vocabularySize)) }
      let (model, parameters) = try standIn(recipe, configuration)
      return StepCost(measuring: model, parameters, try objective(recipe, [examples]), on: examples)
    }
  }

  /// A model in the recipe's shape, or in a smaller one, with the recipe's adapter; its values mean nothing.
  private func standIn(
    _ recipe: Recipe, _ configuration: DecoderConfiguration
  ) throws -> (model: LanguageModel, parameters: [Parameter]) {
    let weights = try TrainedWeights(
      recipe, at: file, files,
      on: LanguageModel(
        standingInFor: configuration, precision: recipe.model.precision, trainable: recipe.adapter == nil,
        stored: files.storedType))
    return (weights.model, weights.parameters)
  }

  /// Refuses a model for which there are not even addresses.
  private func checkSize(of configuration: DecoderConfiguration) throws {
    guard let count = configuration.parameterCount, count < 1 << 42 else {
      throw UserError.recipe("\(files.source?.path ?? "model.configuration"): has more weights than any machine holds")
    }
  }
}

extension Estimator<Example> {
  /// Estimates supervised fine-tuning.
  init(_ file: RecipeFile, _ files: ModelFiles, _ data: RunData<Example>) {
    (self.file, self.files, self.data) = (file, files, data)
    objective = { _, _ in .supervised }
    confined = { example, vocabulary in
      Example(tokens: example.tokens.map { $0 % vocabulary }, trained: example.trained, origin: example.origin)
    }
  }
}

extension Estimator<PreferenceExample> {
  /// Estimates learning from preferences.
  init(_ file: RecipeFile, _ files: ModelFiles, _ data: RunData<PreferenceExample>) {
    (self.file, self.files, self.data) = (file, files, data)
    objective = { recipe, sources in
      var mismatched = MismatchedAnswers(sources: [])
      if case .kto = recipe.objective { mismatched = MismatchedAnswers(sources: sources) }
      let examples = sources.flatMap { $0 } + mismatched.examples
      let reference: PreferenceReference =
        recipe.scoresAhead
        ? .scores(ReferenceScores(examples, examples.map { _ in AnswerScores(chosen: 0, rejected: 0) })) : .adapterOff
      guard let objective = recipe.objective.preference(reference: reference, mismatched: mismatched) else {
        throw UserError.recipe("objective.method '\(recipe.objective.method)' learns nothing from preferences")
      }
      return objective
    }
    confined = { example, vocabulary in
      func confined(_ tokens: [Int32]) -> [Int32] { tokens.map { $0 % vocabulary } }
      return PreferenceExample(
        prompt: confined(example.prompt), chosen: confined(example.chosen), rejected: confined(example.rejected),
        origin: example.origin)
    }
  }
}

extension Recipe {
  /// Whether a reference scores all answers before training.
  var scoresAhead: Bool { objective.readsReference && (objective.referencePath != nil || adapter == nil) }
}
