import Diagnostics
import Inference

extension Recipe {
  /// The files of the recipe's model, as far as an estimate needs them.
  ///
  /// - Throws: `UserError` of kind `file`.
  func describedModelFiles(at file: RecipeFile) throws -> ModelFiles {
    guard case .path(let path) = model.source else { return try modelFiles(at: file) }
    return try fitted(.described(at: path))
  }
}
