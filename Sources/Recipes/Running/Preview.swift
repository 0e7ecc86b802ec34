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
  /// The examples of all training records, none cut or dropped for its length; of preferences every answer behind its
  /// prompt.
  public let data: DataSet<Example>
  /// Whether the examples are answers that were compared: better ones are piece 0 of their record, worse ones piece 1.
  public let isOfPreferences: Bool
  /// How long they are, against the recipe's limit.
  public let lengths: ExampleLengths

  /// Reads a recipe's training records.
  ///
  /// - Throws: `UserError`, `UserErrors`.
  public init(_ file: RecipeFile, onProgress: ((ReadingProgress) -> Void)? = nil) throws {
    let recipe = file.recipe
    let files = try recipe.modelFiles(at: file)
    var unlimited = recipe
    // What the limit does is counted from the lengths, so that a longer example can be shown as well.
    unlimited.data.maxLength = files.configuration.slidingWindow ?? Int(Int32.max)
    if recipe.data.lengthPolicy != .split { unlimited.data.lengthPolicy = .drop }
    if recipe.data.lengthPolicy == .split { unlimited.data.maxLength = recipe.data.maxLength }
    var loader = try unlimited.dataLoader(files)
    loader.onProgress = onProgress
    let sources = recipe.data.train.map(\.dataSource)
    switch recipe.objective {
    case .sft: (data, isOfPreferences) = (try loader.demonstrations(from: sources), false)
    case .kto: (data, isOfPreferences) = (try loader.judgements(from: sources).answers, true)
    case .dpo, .orpo, .simpo, .reward: (data, isOfPreferences) = (try loader.preferences(from: sources).answers, true)
    }
    template = recipe.templateName(for: files)
    tokenizer = files.tokenizer
    lengths = ExampleLengths(
      of: data.examples, limit: recipe.data.maxLength, policy: recipe.data.lengthPolicy, empty: data.total.empty)
  }

  /// Which of a record's answers an example is; nil where none were compared.
  public func answerName(of example: Example) -> String? {
    isOfPreferences ? example.origin.piece == 0 ? "chosen" : "rejected" : nil
  }
}
