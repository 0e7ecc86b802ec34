import Diagnostics
import Hashing
import InstructionData
import LanguageModels
import Training

/// What a run needs before its first step: the weights it trains, what it learns, and what there is to keep of a
/// reference.
struct Preparation<Element: TrainingExample> {
  let weights: TrainedWeights
  let objective: Objective<Element>
  /// Names what a reference scored, and by which weights; nil where nothing was scored ahead.
  var referenceDigest: String?
  /// Keeps what was computed ahead in the output folder.
  var keep: () throws -> Void = {}

  /// What tells the run's model and reference from others (``TrainingState/modelDigests``).
  ///
  /// - Parameter configuration: the model's `config.json`.
  func modelDigests(_ configuration: String) -> [UInt64] {
    [configuration, referenceDigest ?? ""].map { text in
      let digest = Digest()
      digest.update(text)
      return digest.finishAsNumber()
    }
  }
}

extension Runner {
  /// Reads the weights for supervised fine-tuning.
  func prepareDemonstrations(_ files: ModelFiles, _ data: RunData<Example>) throws -> Preparation<Example>? {
    Preparation(weights: try TrainedWeights(recipe, at: file, files), objective: .supervised)
  }

  /// Reads the weights for learning from preferences, and lets the reference score all answers where it isn't the model
  /// with its adapter off.
  ///
  /// - Returns: nil where whoever listens stopped the scoring.
  func preparePreferences(
    _ files: ModelFiles, _ data: RunData<PreferenceExample>
  ) throws -> Preparation<PreferenceExample>? {
    let mismatched = recipe.objective.mismatched(data.sets)
    func prepared(
      _ weights: TrainedWeights, _ reference: PreferenceReference, digest: String? = nil,
      keep: @escaping () throws -> Void = {}
    ) -> Preparation<PreferenceExample>? {
      recipe.objective.preference(reference: reference, mismatched: mismatched).map {
        Preparation(weights: weights, objective: $0, referenceDigest: digest, keep: keep)
      }
    }
    guard recipe.objective.readsReference else { return prepared(try TrainedWeights(recipe, at: file, files), .none) }
    let other = try recipe.referenceFiles(files)
    if other == nil, recipe.adapter != nil {
      return prepared(try TrainedWeights(recipe, at: file, files), .adapterOff)
    }
    let scoring = try ReferenceScoring(
      data.sets.flatMap(\.examples) + mismatched.examples, by: other ?? files, recipe)
    var scores = scoring.kept()
    func score(with model: LanguageModel) {
      scores = scoring.score(with: model) { tell(.reference(scored: $0, of: scoring.count)) }
    }
    // Another model is out of memory again before the one that is trained is read.
    if scores == nil, let other {
      score(with: try other.model(precision: recipe.model.precision, trainable: false, seed: UInt64(recipe.seed)))
      if scores == nil { return nil }
    }
    let weights = try TrainedWeights(recipe, at: file, files)
    if scores == nil { score(with: weights.model) }
    guard let scores else { return nil }
    return prepared(weights, scoring.reference(scores), digest: scoring.digest) {
      if !isDryRun { try scoring.keep(scores) }
    }
  }
}

extension Recipe {
  /// The files of another model that the policy is compared with; nil where the recipe names none.
  ///
  /// - Throws: `UserError` of kind `file` where it cannot be opened, `recipe` where it is for another vocabulary.
  func referenceFiles(_ files: ModelFiles) throws -> ModelFiles? {
    guard let path = objective.referencePath else { return nil }
    let reference = try ModelFiles(path: path)
    try reference.requireLanguageModel()
    try files.checkVocabulary(ofReference: reference)
    return reference
  }
}
