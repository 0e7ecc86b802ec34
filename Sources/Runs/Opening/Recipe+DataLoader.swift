import Inference
import InstructionData
import LanguageModels
import Recipes
import Tensors

extension Recipe {
  /// How conversations are written: as the recipe says, else by the model's own template, else `plain`.
  func templateName(for files: ModelFiles) -> TemplateName {
    data.template ?? files.standardTemplate
  }

  /// The template together with the tokenizer; nil if there is no tokenizer or it does not fit.
  public func chatEncoder(_ files: ModelFiles) -> ChatEncoder? {
    var files = files
    files.templateOptions = data.templateOptions
    return (try? files.chatEncoder(templateName(for: files))) ?? nil
  }

  /// The reader of the recipe's records.
  ///
  /// - Throws: `UserError` of kind `recipe` if the options do not fit together.
  func dataLoader(_ files: ModelFiles) throws -> DataLoader {
    var files = files
    files.templateOptions = data.templateOptions
    return try DataLoader(
      template: templateName(for: files), model: files.modelTemplate, encoder: files.encoder,
      options: DataOptions(
        trainOn: data.trainOn, maximumLength: data.maximumLength,
        lengthPolicy: data.lengthPolicy, columns: data.columns, lostParts: data.lostParts,
        vocabularySize: files.configuration.vocabularySize, missingTokenizer: files.missingTokenizer),
      threads: Threads.count)
  }
}

extension Recipe.Data.Source {
  /// The source as the loader takes it.
  var dataSource: DataSource {
    switch share {
    case .once: DataSource(path: path, name: name)
    case .epochs(let epochs): DataSource(path: path, name: name, epochs: epochs)
    case .weight(let weight): DataSource(path: path, name: name, weight: weight)
    }
  }
}
