import Diagnostics
import InstructionData
import LanguageModels
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
  /// The examples of the micro-batch that needs most, and their tokens.
  public let longest: (examples: Int, tokens: Int)
  /// Whether there was no tokenizer, so that every example was taken to be as long as `data.max_length` allows.
  public let assumesLengths: Bool
  /// The time of the run; nil where it was not measured.
  public let time: TimeEstimate?
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
  /// - Parameter onProgress: told what is being done.
  /// - Throws: `UserError`, `UserErrors`.
  public init(_ file: RecipeFile, onProgress: (String) -> Void = { _ in }) throws {
    let unsupported = file.recipe.unsupported(at: file)
    if !unsupported.isEmpty { throw UserErrors(unsupported) }
    let files = try file.recipe.describedModelFiles(at: file)
    var recipe = file.recipe
    recipe.data.template = recipe.templateName(for: files)
    onProgress("reading the data")
    switch recipe.objective {
    case .sft:
      var assumes = false
      let data = try RunData<Example>(recipe, files, orAssumingLengths: &assumes)
      try self.init(recipe, Estimator<Example>(file, files, data), assumesLengths: assumes, onProgress)
    case .dpo, .orpo, .simpo, .kto, .reward:
      let data = try RunData<PreferenceExample>(recipe, files)
      try self.init(recipe, Estimator<PreferenceExample>(file, files, data), assumesLengths: false, onProgress)
    }
  }

  private init<Element>(
    _ recipe: Recipe, _ estimator: Estimator<Element>, assumesLengths: Bool, _ onProgress: (String) -> Void
  ) throws {
    OpenBLAS.prepare()
    let program = MemoryEstimate.program
    func memory(_ recipe: Recipe) throws -> MemoryEstimate {
      MemoryEstimate(tensors: try estimator.memory(of: recipe), program: program)
    }
    onProgress("adding up the memory")
    self.memory = try memory(recipe)
    var alternatives: [Alternative] = []
    for variation in recipe.smallerVariations {
      onProgress("adding up the memory with \(variation.changes.joined(separator: " "))")
      alternatives.append(Alternative(changes: variation.changes, memory: try memory(variation.recipe)))
    }
    self.alternatives = alternatives
    let batches = try PlannedBatches(recipe, estimator.data)
    let trained = self.memory.tensors.gradients / MemoryLayout<Float>.size
    onProgress("measuring a step")
    time = try estimator.cost(of: recipe, on: batches.typical).map {
      TimeEstimate($0, update: StepCost.update(of: trained), batches, estimator.data, recipe)
    }
    model = recipe.model.source.name
    parameters = (estimator.files.configuration.parameterCount ?? 0, trained)
    longest = (batches.longest.count, batches.longest.reduce(0) { $0 + $1.computedCount })
    self.assumesLengths = assumesLengths
  }
}

extension RunData<Example> {
  /// Reads the records; where there is no tokenizer to do so, takes them all to be as long as the recipe allows.
  fileprivate init(_ recipe: Recipe, _ files: ModelFiles, orAssumingLengths assumes: inout Bool) throws {
    do {
      try self.init(recipe, files)
    } catch {
      guard files.tokenizer == nil, files.source == nil else { throw error }
      assumes = true
      self.init(ofLongestExamples: recipe)
    }
  }

  /// A few batches of examples of the recipe's `max_length`, all of whose tokens are trained on.
  private init(ofLongestExamples recipe: Recipe) {
    let example = Example(
      tokens: [Int32](repeating: 0, count: recipe.data.maxLength), trained: [1..<recipe.data.maxLength],
      origin: ExampleOrigin(source: 0, line: 0))
    let count = max(recipe.training.batchSize, recipe.training.microBatchSize)
    var report = SourceReport(name: "assumed", path: "")
    (report.examples, report.tokens) = (count, count * recipe.data.maxLength)
    let source = LoadedSource(
      source: DataSource(path: ""), examples: [Example](repeating: example, count: count), report: report)
    self.init(train: DataSet(sources: [source]), heldOut: nil, template: .plain, chat: nil)
  }
}
