import Checkpoints
import Hashing
import Inference
import InstructionData
import LanguageModels
import Recipes
import Training

/// A run with everything that its first step needs: the weights that it trains, what it learns, and what there is to keep
/// of a reference.
struct PreparedRun<Task: LearningTask> {
  let inputs: RunInputs<Task>
  /// The memory that the run will take.
  let memory: MemoryEstimate
  let weights: TrainedWeights
  let objective: Objective<Task.Element>
  /// Names what a reference scored, and with which weights; nil where nothing was scored ahead.
  let referenceDigest: String?
  /// Keeps what was computed ahead in the output folder.
  let keep: () throws -> Void

  /// Identifies the run's model and reference (``TrainingState/modelDigests``).
  var modelDigests: [UInt64] {
    [inputs.files.contents.configuration, referenceDigest ?? ""].map { text in
      let digest = Digest()
      digest.update(text)
      return digest.finishAsNumber()
    }
  }
}

extension Runner {
  /// Reads the weights. Where the task compares with a reference, lets the reference score all answers, unless it is the
  /// model with its adapter off.
  ///
  /// - Returns: nil where the scoring was stopped.
  /// - Throws: `UserError`.
  func prepare<Task: LearningTask>(_ opened: OpenedRun<Task>) throws -> PreparedRun<Task>? {
    let (task, files) = (opened.inputs.task, opened.inputs.files)
    let preparation = opened.inputs.data.preparation(for: task, files)
    for warning in preparation.warnings { _ = report(.warning(warning)) }
    func prepared(
      _ weights: TrainedWeights, _ reference: PreferenceReference, digest: String? = nil,
      keep: @escaping () throws -> Void = {}
    ) -> PreparedRun<Task> {
      PreparedRun(
        inputs: opened.inputs, memory: opened.memory, weights: weights,
        objective: preparation.objective(reference), referenceDigest: digest, keep: keep)
    }
    guard task.reference != nil else { return prepared(try TrainedWeights(recipe, at: file, files), .none) }
    let other = try recipe.referenceFiles(files, at: file)
    for note in other?.configuration.notes ?? [] { _ = report(.warning(note)) }
    if other == nil, recipe.adapter != nil {
      return prepared(try TrainedWeights(recipe, at: file, files), .adapterOff)
    }
    let scoring = try ReferenceScoring(preparation.scored, by: other ?? files, recipe)
    var scores = scoring.kept()
    func score(with model: LanguageModel) {
      scores = scoring.score(with: model) { report(.reference(scored: $0, of: scoring.count)) }
    }
    // Another model is out of memory again before the one that is trained is read.
    if scores == nil, let other {
      let model = try other.model(precision: recipe.model.precision, trainable: false, seed: UInt64(recipe.seed))
      model.sharesPrefixes = recipe.data.sharePrefixes
      score(with: model)
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
