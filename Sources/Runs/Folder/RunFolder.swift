import Foundation
import Recipes
import Reports

/// The output folder of a run, read.
package final class RunFolder {
  /// The folder.
  package let url: URL
  /// What the run has logged.
  package let record: RunRecord
  /// The recipe of the run.
  package let recipe: Recipe

  /// Reads a folder.
  ///
  /// - Throws: `UserError` or `UserErrors` of kind `file` or `recipe` if it holds no run, or one that cannot be read.
  package init(_ path: String) throws {
    url = URL(fileURLWithPath: path)
    record = try RunRecord(url)
    recipe = try RecipeFile(path: "\(path)/recipe.yaml").recipe
  }

  /// The run beside others.
  ///
  /// - Throws: `UserError` of kind `file`.
  package func compared(as name: String) throws -> Comparison.Run {
    try Comparison.Run(name, record, recipe: recipe.entries, statedWatts: recipe.logging.watts)
  }

  /// The page about the run.
  package var page: RunPage {
    RunPage(record, recipe: recipe.entries, statedWatts: recipe.logging.watts)
  }
}
