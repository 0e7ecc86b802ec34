import Diagnostics
import Inference
import InstructionData
import LanguageModels
import Recipes
import Tensors
import Training

/// What a recipe's run would take, before anything runs.
public struct RunEstimate: Sendable {
  /// The model's path, or that its weights are random.
  public let model: String
  /// All weights, and those that are trained.
  public let parameters: (all: Int, trained: Int)
  /// The memory of the run.
  public let memory: MemoryEstimate
  /// How moments are held and gradients are freed.
  public let optimizer: Recipe.Optimizer
  /// The examples of the micro-batch that needs most, and their tokens.
  public let longest: (examples: Int, tokens: Int)
  /// Whether there was no tokenizer, so that every example was assumed to be as long as `data.max_length` allows.
  public let assumesLengths: Bool
  /// The time of the run; nil if it was not measured.
  public let time: TimeEstimate?
  /// What is worth knowing about the model.
  public let notes: [String]
  /// What would change the memory.
  public let alternatives: [Alternative]

  /// A variation of the recipe.
  public struct Alternative: Sendable {
    /// The changes, `key.path=value` each.
    public let changes: [String]
    /// The memory of the changed run.
    public let memory: MemoryEstimate
  }

  /// Estimates a recipe's run: reads and tokenizes its data, goes through its largest steps without computing them, and
  /// measures how long a step takes.
  ///
  /// - Parameter onProgress: receives what is being done.
  /// - Throws: `UserError`, `UserErrors`.
  public init(_ file: RecipeFile, onProgress: (String) -> Void = { _ in }) throws {
    let unsupported = file.recipe.unsupported(at: file)
    if !unsupported.isEmpty { throw UserErrors(unsupported) }
    let files = try file.recipe.describedModelFiles(at: file)
    var recipe = file.recipe
    recipe.data.template = recipe.templateName(for: files)
    onProgress("reading the data")
    try self.init(recipe, recipe.objective.task, file, files, onProgress)
  }

  private init<Task: LearningTask>(
    _ recipe: Recipe, _ task: Task, _ file: RecipeFile, _ files: ModelFiles, _ onProgress: (String) -> Void
  ) throws {
    let (data, assumesLengths) = try RunData<Task.Element>.read(recipe, task, file, files)
    var recipe = recipe
    // Copies of one example share all of their tokens, which real records do not.
    if assumesLengths { recipe.data.sharePrefixes = false }
    let estimator = Estimator(inputs: RunInputs(file, task, files, data))
    OpenBLAS.prepare()
    let resident = SystemMemory.resident
    func memory(_ recipe: Recipe) throws -> MemoryEstimate {
      MemoryEstimate(tensors: try estimator.memory(of: recipe), resident: resident)
    }
    onProgress("adding up the memory")
    self.memory = try memory(recipe)
    var alternatives: [Alternative] = []
    for variation in recipe.smallerVariations {
      onProgress("adding up the memory with \(variation.changes.joined(separator: " "))")
      alternatives.append(Alternative(changes: variation.changes, memory: try memory(variation.recipe)))
    }
    self.alternatives = alternatives
    let batches = try PlannedBatches(recipe, data)
    let trained = self.memory.tensors.trainedCount
    onProgress("measuring a step")
    time = try estimator.cost(of: recipe, on: batches.typical).map {
      TimeEstimate(
        $0, update: StepCost.update(of: trained, in: recipe.trainedType, by: recipe.beginningOptimizer), batches, recipe
      )
    }
    model = recipe.model.source.name
    notes = files.configuration.notes
    optimizer = recipe.optimizer
    parameters = (files.configuration.parameterCount ?? 0, trained)
    longest = (batches.longest.count, batches.longestTokens)
    self.assumesLengths = assumesLengths
  }
}

extension RunData {
  /// Reads the records; if there is no tokenizer to do so, assumes that all are as long as the recipe allows.
  fileprivate static func read<Task: LearningTask>(
    _ recipe: Recipe, _ task: Task, _ file: RecipeFile, _ files: ModelFiles
  ) throws -> (data: RunData, assumesLengths: Bool) where Task.Element == Element {
    do {
      return (try RunData(recipe, task, files), false)
    } catch {
      guard files.tokenizer == nil, files.source == nil,
        let example = task.unknownExample(tokens: recipe.data.maximumLength)
      else {
        try file.requireRecords()
        throw error
      }
      return (RunData(ofCopies: example, for: recipe), true)
    }
  }

  /// A few batches of one example.
  private init(ofCopies example: Element, for recipe: Recipe) {
    let count = max(recipe.training.batchSize, recipe.training.microBatchSize)
    var report = SourceReport(name: "assumed", path: "")
    (report.examples, report.tokens) = (count, count * recipe.data.maximumLength)
    let source = LoadedSource(
      source: DataSource(path: ""), examples: [Element](repeating: example, count: count), report: report)
    self.init(train: DataSet(sources: [source]), heldOut: nil, template: .plain, chat: nil)
  }
}
