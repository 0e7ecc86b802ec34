import Diagnostics
import Foundation
import InstructionData
import LanguageModels
import Tensors
import Training

/// What `attune evaluate` computes: the records of a recipe's held-out sets, a model, and what is looked at.
public struct HeldOutEvaluation<Element: TrainingExample> {
  /// The held-out records.
  public let data: DataSet<Element>
  /// The model that is evaluated.
  public let model: LanguageModel
  /// What the losses are.
  public let objective: Objective<Element>
}

extension HeldOutEvaluation<Example> {
  /// Reads held-out demonstrations and a model.
  ///
  /// - Throws: `UserError`.
  public init(_ recipe: Recipe, _ files: ModelFiles) throws {
    try files.requireLanguageModel()
    data = try recipe.dataLoader(files).demonstrations(from: recipe.data.heldOut.map(\.dataSource))
    model = try files.evaluated(recipe)
    objective = .supervised
  }
}

extension HeldOutEvaluation<PreferenceExample> {
  /// Reads held-out preferences and a model. The reference is what the recipe names; else, where the model has an adapter,
  /// the model without it; else the model that the recipe begins with.
  ///
  /// - Throws: `UserError`.
  public init(_ recipe: Recipe, _ files: ModelFiles) throws {
    if case .reward = recipe.objective { try files.requireRewardModel() } else { try files.requireLanguageModel() }
    let loader = try recipe.dataLoader(files)
    let sources = recipe.data.heldOut.map(\.dataSource)
    data =
      switch recipe.objective {
      case .kto: try loader.judgements(from: sources)
      case .reward: try loader.scoredAnswers(from: sources)
      case .sft, .dpo, .orpo, .simpo: try loader.preferences(from: sources)
      }
    let mismatched = recipe.objective.mismatched([data])
    let examples = data.examples + mismatched.examples
    var reference = PreferenceReference.none
    if recipe.objective.readsReference {
      let other = try recipe.referenceFiles(files)
      if other == nil, files.adapter != nil {
        reference = .adapterOff
      } else {
        let base = try other ?? recipe.beginning(files)
        reference = .scores(ReferenceScores(examples, try base.scores(of: examples, recipe)))
      }
    }
    model = try files.evaluated(recipe)
    guard let objective = recipe.objective.preference(reference: reference, mismatched: mismatched) else {
      throw UserError.recipe("objective.method '\(recipe.objective.method)' learns nothing from preferences")
    }
    self.objective = objective
  }
}

extension Recipe {
  /// The files of the model that the recipe begins with.
  ///
  /// - Throws: `UserError`.
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
    try model(precision: recipe.model.precision, trainable: false, seed: UInt64(recipe.seed))
  }

  /// Reads the model, scores examples, and lets it go.
  fileprivate func scores(of examples: [PreferenceExample], _ recipe: Recipe) throws -> [AnswerScores] {
    try evaluated(recipe).scores(of: examples, onProgress: { _ in .goOn }) ?? []
  }
}
