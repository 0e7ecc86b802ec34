import Inference
import LanguageModels
import Recipes
import Training

extension Recipe {
  /// The files of the recipe's model, with a reward model's head if the task needs one.
  ///
  /// - Throws: `UserError` of kind `file`.
  public func modelFiles(at file: RecipeFile) throws -> ModelFiles {
    switch model.source {
    case .path(let path): try fitted(file.opening("model.path", at: path) { try ModelFiles(path: path) })
    case .configuration(let object, let tokenizer):
      try fitted(
        file.opening("model.tokenizer", at: tokenizer) {
          try ModelFiles(
            configuration: object, tokenizer: tokenizer,
            place: "\(file.place(of: "model.configuration")): model.configuration")
        })
    }
  }

  /// The files of the recipe's model, as far as an estimate needs them.
  ///
  /// - Throws: `UserError` of kind `file`.
  func describedModelFiles(at file: RecipeFile) throws -> ModelFiles {
    guard case .path(let path) = model.source else { return try modelFiles(at: file) }
    return try fitted(file.opening("model.path", at: path) { try .described(at: path) })
  }

  /// A model's files with the head that the task needs, and the date and the options that templates read.
  ///
  /// - Throws: `UserError` of kind `file`.
  private func fitted(_ files: ModelFiles) throws -> ModelFiles {
    var files = files
    files.day = data.date
    files.templateOptions = data.templateOptions
    if objective.task.head == .score { return try files.asRewardModel(seed: UInt64(seed)) }
    try files.requireLanguageModel()
    return files
  }
}
