import Diagnostics
import Inference
import Recipes
import Training

extension Recipe {
  /// Whether a reference scores all answers before training.
  var scoresAhead: Bool {
    switch objective.task.reference {
    case nil: false
    case .beginning: adapter == nil
    case .path: true
    }
  }

  /// The files of another model that the policy is compared with; nil where the recipe names none.
  ///
  /// - Parameter file: the recipe's file, if there is one, for messages.
  /// - Throws: `UserError` of kind `file` if it cannot be opened, `recipe` if it has another vocabulary.
  func referenceFiles(_ files: ModelFiles, at file: RecipeFile?) throws -> ModelFiles? {
    guard case .path(let path) = objective.task.reference else { return nil }
    func open() throws -> ModelFiles { try ModelFiles(path: path) }
    let reference = try file?.opening("objective.reference", at: path, open) ?? open()
    try reference.requireLanguageModel()
    try files.checkVocabulary(ofReference: reference)
    return reference
  }
}

extension ModelFiles {
  /// Refuses a reference in whose vocabulary the same tokens mean something else.
  ///
  /// - Throws: `UserError` of kind `recipe`.
  func checkVocabulary(ofReference reference: ModelFiles) throws {
    guard let difference = difference(toVocabularyOf: reference) else { return }
    throw UserError.recipe("objective.reference: the reference was made for another vocabulary: \(difference)")
  }
}
