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
  /// - Throws: `UserError` of kind `file` if it cannot be opened, `recipe` if it has another vocabulary.
  func referenceFiles(_ files: ModelFiles) throws -> ModelFiles? {
    guard case .path(let path) = objective.task.reference else { return nil }
    let reference = try ModelFiles(path: path)
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
