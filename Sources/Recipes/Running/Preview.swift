import Diagnostics
import InstructionData
import Tensors
import Tokenization

/// Examples as the model will see them, and how long all of them are.
public struct Preview {
  /// The model's tokenizer, where there is one.
  public let tokenizer: Tokenizer?
  /// How conversations are written.
  public let template: TemplateName
  /// The examples of all training records, none cut or dropped for its length.
  public let data: DataSet<Example>
  /// How long they are, against the recipe's limit.
  public let lengths: ExampleLengths

  /// Reads a recipe's training records.
  ///
  /// - Throws: `UserError`, `UserErrors`.
  public init(_ file: RecipeFile, onProgress: ((ReadingProgress) -> Void)? = nil) throws {
    let recipe = file.recipe
    guard case .sft = recipe.objective else {
      throw file.error(at: "objective.method", "'\(recipe.objective.method)' has no preview yet; sft has")
    }
    let files = try recipe.modelFiles(at: file)
    var unlimited = recipe
    // What the limit does is counted from the lengths, so that a longer example can be shown as well.
    unlimited.data.maxLength = files.configuration.slidingWindow ?? Int(Int32.max)
    if recipe.data.lengthPolicy != .split { unlimited.data.lengthPolicy = .drop }
    if recipe.data.lengthPolicy == .split { unlimited.data.maxLength = recipe.data.maxLength }
    var loader = try unlimited.dataLoader(files)
    loader.onProgress = onProgress
    data = try loader.demonstrations(from: recipe.data.train.map(\.dataSource))
    template = recipe.templateName(for: files)
    tokenizer = files.tokenizer
    lengths = ExampleLengths(
      of: data.examples, limit: recipe.data.maxLength, policy: recipe.data.lengthPolicy, empty: data.total.empty)
  }
}
