import Checkpoints
import Foundation
import Inference
import InstructionData
import LanguageModels
import Recipes
import Training

/// What `attune evaluate` needs: the records of a recipe's held-out sets, a model, and the objective that scores them.
public struct HeldOutEvaluation<Element: TrainingExample> {
  /// The held-out records.
  public let data: DataSet<Element>
  /// The model that is evaluated.
  public let model: LanguageModel
  /// What the losses are.
  public let objective: Objective<Element>
  /// What is worth knowing about the records, although it is no mistake.
  public let warnings: [String]
  private let files: ModelFiles
  private let recipe: Recipe

  /// Reads held-out records and a model. Where the task compares with a reference, it is the one that the recipe names;
  /// else, if the model has an adapter, the model without it; else the model that the recipe starts from.
  ///
  /// - Parameter file: the recipe's file, if there is one, for messages.
  /// - Throws: `UserError`, `UserErrors`.
  public init<Task: LearningTask>(
    _ recipe: Recipe, _ task: Task, _ files: ModelFiles, at file: RecipeFile? = nil
  ) throws where Task.Element == Element {
    try file?.requireRecords(train: false)
    (self.files, self.recipe) = (files, recipe)
    if task.head == .score { try files.requireRewardModel() } else { try files.requireLanguageModel() }
    let sources = recipe.data.heldOut.map(\.dataSource)
    data = try task.evaluationExamples(from: sources, by: recipe.dataLoader(files))
    let preparation = task.preparation(
      training: [], heldOut: data.examples, positions: files.configuration.maximumPositions)
    warnings = preparation.warnings
    var reference = PreferenceReference.none
    if task.reference != nil {
      let other = try recipe.referenceFiles(files, at: file)
      if other == nil, files.adapter != nil {
        reference = .adapterOff
      } else {
        let base = try other ?? recipe.beginning(files)
        let scores = try base.scores(of: preparation.scored, recipe)
        reference = .scores(ReferenceScores(preparation.scored, scores))
      }
    }
    model = try files.evaluated(recipe)
    objective = preparation.objective(reference)
  }

  /// Lets the model answer the prompts of each source, greedily; without a tokenizer there are no answers.
  ///
  /// - Parameter onProgress: called with the number of records that have been answered.
  /// - Throws: `UserError` of kind `training` where the model's prediction is not finite.
  public func answers(onProgress: (Int) -> Void) throws -> [[AnswerComparison]] {
    guard let tokenizer = files.tokenizer else { return [] }
    let stop = files.stopRule(recipe.chatEncoder(files))
    var before = 0
    return try data.sources.map { source in
      defer { before += source.examples.count }
      return try compareAnswers(
        model, source.examples, maximumNewTokens: recipe.evaluation.maximumNewTokens, stop: stop,
        decode: { tokenizer.decode($0) }, onProgress: { onProgress(before + $0) })
    }
  }
}

extension Recipe {
  /// The files of the model that the recipe starts from.
  ///
  /// - Throws: `UserError` of kind `file`.
  fileprivate func beginning(_ files: ModelFiles) throws -> ModelFiles {
    guard case .path(let path) = model.source, files.source?.path != path else { return files }
    let base = try ModelFiles(path: path)
    try files.checkVocabulary(ofReference: base)
    return base
  }
}

extension ModelFiles {
  /// The model for an evaluation.
  fileprivate func evaluated(_ recipe: Recipe) throws -> LanguageModel {
    let model = try model(precision: recipe.model.precision, trainable: false, seed: UInt64(recipe.seed))
    model.sharesPrefixes = recipe.data.sharePrefixes
    return model
  }

  /// Reads the model, scores examples, and releases it.
  fileprivate func scores(of examples: [PreferenceExample], _ recipe: Recipe) throws -> [AnswerScores] {
    try evaluated(recipe).scores(of: examples, onProgress: { _ in .continue }) ?? []
  }
}
