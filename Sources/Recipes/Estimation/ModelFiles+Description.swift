import Checkpoints
import Diagnostics
import Foundation
import LanguageModels
import StrictJSON
import Tokenization

extension ModelFiles {
  /// Opens a model that is only asked what it would take: its folder need not hold weights yet.
  ///
  /// - Throws: `UserError` of kind `file`.
  public static func described(at path: String) throws -> ModelFiles {
    let url = URL(fileURLWithPath: path)
    guard let contents = try ModelContents(ofFolderWithoutWeights: url) else { return try ModelFiles(path: path) }
    return try ModelFiles(describedBy: contents, place: path)
  }

  /// What a weight is stored as; where there are no weights, what the configuration says that they are.
  func storedType(of name: String) -> StoredType {
    if let source {
      return configuration.storedNames(of: name).lazy.compactMap(source.description).first?.type ?? .float32
    }
    let configuration = try? JSONValue(parsing: contents.configuration.utf8)
    let type = configuration?["dtype"] ?? configuration?["torch_dtype"]
    return type?.stringValue == "bfloat16" ? .bfloat16 : .float32
  }
}

extension Recipe {
  /// The files of the recipe's model, as far as an estimate needs them.
  ///
  /// - Throws: `UserError` of kind `file`.
  func describedModelFiles(at file: RecipeFile) throws -> ModelFiles {
    guard case .path(let path) = model.source else { return try modelFiles(at: file) }
    return try .described(at: path)
  }
}
