import Diagnostics
import Foundation
import InstructionData
import Training

/// Whether a run that goes on is still the run that began.
struct Resumption {
  /// Keys that change when something is told or kept, and how it is computed, but no result.
  private static let changeable = [
    "output", "evaluation.", "checkpoint.", "logging.", "training.max_skipped", "training.patience",
    "model.activation_checkpointing",
  ]

  /// The day that the templates of a run in a folder are told; nil where there is no run, or none that asks for it.
  static func date(ofRunIn folder: String) -> CalendarDay? {
    (try? RecipeFile(path: folder + "/recipe.yaml"))?.recipe.data.date
  }

  /// Compares a recipe with the one that the run in a folder began with.
  ///
  /// - Returns: a warning for each change that may be: `checkpoint.every: 100 is now 50`.
  /// - Throws: `UserError` of kind `recipe` that names every change which would make another run of it.
  static func changes(of recipe: Recipe, in folder: OutputFolder) throws -> [String] {
    let path = folder.file("recipe.yaml").path
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let differences = recipe.differences(from: try RecipeFile(path: path).recipe)
    func list(_ differences: [Recipe.Difference]) -> [String] {
      differences.map { "\($0.keyPath): \($0.old ?? "nothing") is now \($0.new ?? "nothing")" }
    }
    let refused = differences.filter { difference in !changeable.contains { difference.keyPath.hasPrefix($0) } }
    guard refused.isEmpty else {
      throw UserError.recipe(
        "\(path): the recipe has changed since the run began, so it cannot go on as the same run; "
          + list(refused).joined(separator: "; ") + ". Use the old values, or begin anew by --overwrite")
    }
    return list(differences)
  }

  /// Compares the examples of a state that was saved with those that were read now.
  ///
  /// - Parameter sources: where the examples come from, in the order of the digests.
  /// - Throws: `UserError` of kind `file` that names every source whose examples are others now.
  static func checkData(_ saved: TrainingState, _ now: TrainingState, sources: [DataSource]) throws {
    guard saved.dataDigests != now.dataDigests else { return }
    let pairs = zip(saved.dataDigests, now.dataDigests)
    let changed = zip(sources, pairs).filter { $1.0 != $1.1 }.map(\.0.path)
    throw UserError.file(
      "\((changed.isEmpty ? sources.map(\.path) : changed).joined(separator: ", ")): "
        + "the examples are not those that the run began with: the file, the tokenizer or the template has changed, "
        + "and the run cannot go on as the same run. Put the old files back, or begin anew by --overwrite")
  }
}
