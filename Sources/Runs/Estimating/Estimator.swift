import Adapters
import Checkpoints
import Diagnostics
import Inference
import InstructionData
import LanguageModels
import Optimization
import Recipes
import Tensors
import Training

/// Estimates what a recipe's run, and variations of it, would take. Of the model only the configuration is read, and how its
/// weights are stored.
struct Estimator<Task: LearningTask> {
  let inputs: RunInputs<Task>

  /// The memory of a run's tensors.
  ///
  /// - Throws: `UserError` of kind `recipe` for an adapter that does not fit the model, or sizes that cannot be.
  func memory(of recipe: Recipe) throws -> TrainingMemory {
    try checkSize(of: inputs.files.configuration)
    let batches = try PlannedBatches(recipe, inputs.data)
    let preparation = inputs.data.preparation(for: inputs.task, inputs.files)
    let objective = objective(recipe, preparation)
    let (requests, scored) = (self.requests(recipe), heaviestScored(recipe, preparation))
    return try TrainingMemory(
      rehearsing: batches.heaviest, evaluations: batches.heaviestEvaluations, objective,
      optimizer: recipe.beginningOptimizer, updatesInBackward: recipe.optimizer.isInBackward,
      answer: { model in
        for group in requests where !group.isEmpty { model.rehearseAnswers(to: group) }
        if !scored.isEmpty { _ = model.scores(of: scored) }
      },
      prepare: { try standIn(recipe, inputs.files.configuration) })
  }

  /// What the run asks the model: the prompts of the held-out set together, and of the recipe's own the longest.
  private func requests(_ recipe: Recipe) -> [[GenerationRequest]] {
    let (files, data, evaluation) = (inputs.files, inputs.data, recipe.evaluation)
    guard files.tokenizer != nil else { return [] }
    var groups: [[GenerationRequest]] = []
    if evaluation.generate, let heldOut = data.heldOut {
      groups.append(
        answerRequests(
          for: heldOut.examples, maximumNewTokens: evaluation.maximumNewTokens, stop: files.stopRule(data.chat)))
    }
    let own = data.chat.map { recipe.sampleRequests(files, $0).map(\.request) } ?? []
    func length(_ request: GenerationRequest) -> Int { request.prompt.count + request.maximumNewTokens }
    if let longest = own.max(by: { length($0) < length($1) }) { groups.append([longest]) }
    return groups
  }

  /// The pairs with the most tokens of those that the model scores together before the first step.
  private func heaviestScored(_ recipe: Recipe, _ preparation: TaskPreparation<Task.Element>) -> [PreferenceExample] {
    guard recipe.scoresAhead else { return [] }
    let (scored, isSharing) = (preparation.scored, recipe.data.sharePrefixes)
    let groups = Grouping(scored, sharingPrefixes: isSharing).groups.map { group in
      let examples = group.map { scored[$0] }
      return (examples: examples, tokens: examples.tokenCount(sharingPrefixes: isSharing, of: \.computedCount))
    }
    return groups.max { $0.tokens < $1.tokens }?.examples ?? []
  }

  /// What a step costs on this machine; nil if no part of the model can stand in for the whole.
  func cost(of recipe: Recipe, on microBatch: [Task.Element]) throws -> StepCost? {
    let tokens = microBatch.tokenCount(sharingPrefixes: recipe.data.sharePrefixes, of: \.computedCount)
    guard let parts = ModelParts(inputs.files.configuration, tokens: tokens) else { return nil }
    // Weights and gradients of what is measured: an estimate must not fill the machine.
    guard parts.mostWeights <= SystemMemory.limit / 32 else { return nil }
    var recipe = recipe
    recipe.adapter = recipe.adapter?.onAllLayers
    return try parts.wholeCost { configuration in
      let examples = microBatch.map { inputs.task.confined($0, toVocabulary: configuration.vocabularySize) }
      let (model, parameters) = try standIn(recipe, configuration)
      let preparation = inputs.task.preparation(
        training: examples, heldOut: examples, positions: configuration.maximumPositions)
      return StepCost(measuring: model, parameters, objective(recipe, preparation), on: examples)
    }
  }

  /// What a recipe learns from examples, as if a reference had scored them.
  private func objective(
    _ recipe: Recipe, _ preparation: TaskPreparation<Task.Element>
  ) -> Objective<Task.Element> {
    guard inputs.task.reference != nil else { return preparation.objective(.none) }
    guard recipe.scoresAhead else { return preparation.objective(.adapterOff) }
    let scores = preparation.scored.map { _ in AnswerScores(chosen: 0, rejected: 0) }
    return preparation.objective(.scores(ReferenceScores(preparation.scored, scores)))
  }

  /// A model in the recipe's shape, or in a smaller one, with the recipe's adapter; its values are arbitrary.
  private func standIn(
    _ recipe: Recipe, _ configuration: DecoderConfiguration
  ) throws -> (model: LanguageModel, parameters: [Parameter]) {
    let weights = try TrainedWeights(
      recipe, at: inputs.file, inputs.files,
      on: LanguageModel(
        standingInFor: configuration, precision: recipe.model.precision, trainable: recipe.adapter == nil,
        master: recipe.model.master, stored: inputs.files.storedType))
    return (weights.model, weights.parameters)
  }

  /// Refuses a model that has more weights than there are addresses.
  private func checkSize(of configuration: DecoderConfiguration) throws {
    guard let count = configuration.parameterCount, count < 1 << 42 else {
      throw UserError.recipe(
        "\(inputs.files.source?.path ?? "model.configuration"): has more weights than any machine holds")
    }
  }
}
