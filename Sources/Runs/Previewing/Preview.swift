import Inference
import InstructionData
import LanguageModels
import Recipes
import Tokenization
import Training

/// Examples as the model will see them, and the lengths of all of them.
public struct Preview {
  /// The model's tokenizer, if it has one.
  public let tokenizer: Tokenizer?
  /// How conversations are written.
  public let template: TemplateName
  /// The examples of all training records, none cut or dropped for its length; for preferences, every answer after its
  /// prompt.
  public let data: DataSet<Example>
  /// Whether the examples are answers that were compared: better ones are piece 0 of their record, worse ones piece 1.
  public let isOfPreferences: Bool
  /// How long they are, against the recipe's limit.
  public let lengths: ExampleLengths
  /// What is worth knowing about the model.
  public let notes: [String]
  /// What a run does with a record of which the template does not show everything.
  public let lostParts: LostPartsPolicy
  private let loader: DataLoader
  private let purpose: RecordPurpose

  /// Reads a recipe's training records.
  ///
  /// - Throws: `UserError`, `UserErrors`.
  public init(_ file: RecipeFile, onProgress: ((ReadingProgress) -> Void)? = nil) throws {
    let recipe = file.recipe
    try file.requireRecords(heldOut: false)
    let files = try recipe.modelFiles(at: file)
    var unlimited = recipe
    // The effect of the limit is computed from the lengths, so that longer examples can be shown too.
    unlimited.data.maximumLength = Int(Int32.max)
    if recipe.data.lengthPolicy != .split { unlimited.data.lengthPolicy = .drop }
    if recipe.data.lengthPolicy == .split { unlimited.data.maximumLength = recipe.data.maximumLength }
    notes = files.configuration.notes
    // A record of which something is lost is shown, with what is lost.
    unlimited.data.lostParts = .warn
    lostParts = recipe.data.lostParts
    purpose = recipe.objective.task.purpose
    var loader = try unlimited.dataLoader(files)
    self.loader = loader
    loader.onProgress = onProgress
    func sequences(_ task: some LearningTask) throws -> DataSet<Example> {
      try task.sequences(
        task.examples(from: recipe.data.train.map(\.dataSource), by: loader, problems: .throwFirst))
    }
    data = try sequences(recipe.objective.task)
    isOfPreferences = recipe.objective.task.purpose != .demonstration
    template = recipe.templateName(for: files)
    tokenizer = files.tokenizer
    lengths = ExampleLengths(
      of: data.examples, limit: recipe.data.maximumLength, policy: recipe.data.lengthPolicy, empty: data.total.empty)
  }

  /// What is worth knowing about the records of examples, by the places of their records.
  ///
  /// - Throws: `UserError` if a file cannot be read again.
  public func notes(on examples: [Example]) throws -> [ExampleOrigin: [RecordNote]] {
    var notes: [ExampleOrigin: [RecordNote]] = [:]
    for (index, source) in data.sources.enumerated() where source.report.notes.isEmpty == false {
      let lines = Set(examples.map(\.origin).filter { $0.source == index }.map(\.line))
      for (line, found) in try loader.notes(onLines: lines, of: source.source, for: purpose) {
        notes[ExampleOrigin(source: index, line: line)] = found
      }
    }
    return notes
  }

  /// Which of a record's answers an example is; nil if none were compared.
  public func answerName(of example: Example) -> String? {
    isOfPreferences ? example.origin.piece == 0 ? "chosen" : "rejected" : nil
  }
}
