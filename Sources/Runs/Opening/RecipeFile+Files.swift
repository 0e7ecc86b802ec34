import Diagnostics
import InputFiles
import Recipes

extension RecipeFile {
  /// Opens the files at a path that the recipe names. If there are none, the error begins with the place where the recipe
  /// names them.
  ///
  /// - Throws: what `body` throws.
  func opening<Files>(_ key: String, at path: String?, _ body: () throws -> Files) throws -> Files {
    do {
      return try body()
    } catch let error as UserError {
      guard let path, !path.isEmpty, isMissing(path) else { throw error }
      throw UserError(error.kind, "\(place(of: key)): \(key): \(error.message)\(besideRecipe(path))")
    }
  }

  /// Says that a path leads somewhere from the recipe's folder, where it does.
  private func besideRecipe(_ missing: String) -> String {
    let there = path.folderOfPath.path(of: missing)
    guard !missing.hasPrefix("/"), !isMissing(there) else { return "" }
    return " Relative paths start at the working folder, not at the recipe's; '\(there)' exists."
  }

  /// A file of records that does not exist.
  struct MissingRecords {
    /// The error, which begins with the place where the recipe names the file.
    let error: UserError
    /// The same error without the place: that of reading the file.
    let withoutPlace: UserError
  }

  /// The training files that do not exist.
  var missingTrainingRecords: [MissingRecords] {
    recipe.data.train.enumerated().compactMap { missing($1, "data.train", at: "data.train[\($0)].path") }
  }

  /// The held-out files that do not exist.
  var missingHeldOutRecords: [MissingRecords] {
    recipe.data.heldOut.compactMap { missing($0, "data.held_out", at: "data.held_out.\($0.name)") }
  }

  /// Refuses files of records that do not exist.
  ///
  /// - Throws: `UserErrors` of kind `file`, an error for each, which begins with the place where the recipe names it.
  package func requireRecords(train: Bool = true, heldOut: Bool = true) throws {
    let missing = (train ? missingTrainingRecords : []) + (heldOut ? missingHeldOutRecords : [])
    if !missing.isEmpty { throw UserErrors(missing.map(\.error)) }
  }

  private func missing(_ source: Recipe.Data.Source, _ key: String, at keyPath: String) -> MissingRecords? {
    guard !source.path.isEmpty, isMissing(source.path) else { return nil }
    let error = missingFile(source.path)
    return MissingRecords(
      error: UserError(error.kind, "\(place(of: keyPath)): \(key): \(error.message)\(besideRecipe(source.path))"),
      withoutPlace: error)
  }
}
