import Checkpoints
import Diagnostics
import Foundation
import InstructionData
import Optimization
import Recipes
import Reports
import Training

/// A run that is resumed, as long as it is still the run that was started.
final class Resumption {
  private let recipe: Recipe
  private let folder: OutputFolder
  private let warn: (String) -> Void

  /// Prepares to resume in a folder.
  ///
  /// - Parameter warn: receives what has changed and does no harm.
  init(_ recipe: Recipe, in folder: OutputFolder, warn: @escaping (String) -> Void) {
    (self.recipe, self.folder, self.warn) = (recipe, folder, warn)
  }

  /// Reads the newest checkpoint into the parameters, if it belongs to the same run.
  ///
  /// - Returns: the state, or nil if the folder holds no checkpoint.
  /// - Throws: `UserError`, `UserErrors`: of kind `recipe` if the recipe has changed, of kind `file` if data or models
  ///   have, or if no checkpoint can be read.
  func state(
    _ store: CheckpointStore, _ parameters: [Parameter], beginning: TrainingState, plan: BatchPlan,
    sources: [DataSource]
  ) throws -> TrainingState? {
    var checkpoint = store.last.path
    let found = try store.restore(
      parameters, beginning: beginning,
      accept: { text, path in
        checkpoint = path
        if let text { try accept(RecipeFile(text: text, path: path).recipe, path) }
      }, warn: warn)
    if let found {
      try Self.checkData(found, beginning, sources: sources)
      try Self.checkModel(found, beginning, at: recipe.model.source.name)
      try Self.checkPlace(found, in: plan, path: checkpoint)
      return found
    }
    let path = folder.file("recipe.yaml").path
    if FileManager.default.fileExists(atPath: path) {
      try accept(RecipeFile(path: path).recipe, path)
      warn("\(folder.url.path): holds no checkpoint yet; the run starts from the beginning")
    }
    return nil
  }

  private func accept(_ began: Recipe, _ path: String) throws {
    for change in try Self.changes(of: recipe, since: began, in: path) { warn(change) }
  }

  /// Whether everything that a run leaves is there: the complete result, the last line of the metrics, the report.
  func isFinished(with result: String) -> Bool {
    guard let record = try? RunRecord(folder.url), record.end != nil else { return false }
    let hasReport = FileManager.default.fileExists(atPath: folder.file("report.html").path)
    return hasReport && (try? AttuneFile(folder.file(result))) != nil
  }

  /// Keys that change what is reported or kept, or how it is computed, but no result.
  private static let changeable = [
    "output", "evaluation.", "checkpoint.", "logging.", "training.max_skipped", "training.patience",
    "model.activation_checkpointing", "optimizer.in_backward",
  ]

  /// The day that the templates of a folder's run see; nil if there is no run, or its templates do not ask for the day.
  static func date(ofRunIn folder: String) -> CalendarDay? {
    (try? RecipeFile(path: folder + "/recipe.yaml"))?.recipe.data.date
  }

  /// Compares a recipe with the one that a run was started with.
  ///
  /// - Parameters:
  ///   - began: the recipe that it was started with.
  ///   - path: where that one is, for messages.
  /// - Returns: a warning for each change that is allowed: `checkpoint.every: 100 is now 50`.
  /// - Throws: `UserError` of kind `recipe` that names every change which would make it another run.
  static func changes(of recipe: Recipe, since began: Recipe, in path: String) throws -> [String] {
    let differences = recipe.differences(from: began)
    // Evaluations decide which weights are the best, and when the patience is over.
    let dependsOnEvaluations = [recipe, began].contains { $0.training.result == .best || $0.training.patience != nil }
    let decisive = dependsOnEvaluations ? ["evaluation.every", "training.patience"] : []
    func list(_ differences: [Recipe.Difference]) -> [String] {
      differences.map { "\($0.keyPath): \($0.old ?? "nothing") is now \($0.new ?? "nothing")" }
    }
    let refused = differences.filter { difference in
      decisive.contains(difference.keyPath) || !changeable.contains { difference.keyPath.hasPrefix($0) }
    }
    guard refused.isEmpty else {
      throw UserError.recipe(
        "\(path): the recipe has changed since the run was started, so the run cannot be resumed; "
          + list(refused).joined(separator: "; ") + ". Use the old values, or start over with --overwrite")
    }
    return list(differences)
  }

  /// Compares the model and the reference of a state that was saved with those that were read now.
  ///
  /// - Parameter model: the model's path.
  /// - Throws: `UserError` of kind `file`.
  static func checkModel(_ saved: TrainingState, _ now: TrainingState, at model: String) throws {
    // Older checkpoints say nothing about either.
    for (index, (old, new)) in zip(saved.modelDigests, now.modelDigests).enumerated() where old != new {
      let what = index == 0 ? "\(model): the model's configuration is" : "the reference's weights and configuration are"
      throw UserError.file(
        "\(what) not what the run was started with, so it cannot be resumed. Put the old files back, or start over with "
          + "--overwrite")
    }
  }

  /// Refuses a state whose place in the data is not in the plan.
  ///
  /// - Throws: `UserError` of kind `file`.
  static func checkPlace(_ saved: TrainingState, in plan: BatchPlan, path: String) throws {
    do {
      _ = try plan.steps(at: saved.cursor)
    } catch let error as UserError {
      throw UserError.file("\(path): \(error.message)")
    }
  }

  /// Compares the examples of a state that was saved with those that were read now.
  ///
  /// - Parameter sources: where the examples come from, in the order of the digests.
  /// - Throws: `UserError` of kind `file` that names every source whose examples have changed.
  static func checkData(_ saved: TrainingState, _ now: TrainingState, sources: [DataSource]) throws {
    guard saved.dataDigests != now.dataDigests else { return }
    let pairs = zip(saved.dataDigests, now.dataDigests)
    let changed = zip(sources, pairs).filter { $1.0 != $1.1 }.map(\.0.path)
    throw UserError.file(
      "\((changed.isEmpty ? sources.map(\.path) : changed).joined(separator: ", ")): "
        + "the examples are not those that the run was started with: the file, the tokenizer or the template has changed, "
        + "so the run cannot be resumed. Put the old files back, or start over with --overwrite")
  }
}
