import Diagnostics
import Inference
import InstructionData
import Recipes
import Training

/// Runs a recipe: the complete story, from files to files. It opens what the recipe names, prepares the model and what it
/// is compared with, trains, and finishes with a result. Each stage is a file in `Stages`.
public struct Runner {
  /// How a run is started.
  public struct Options: Sendable {
    /// What to do if the output folder already holds a run.
    public var existing = OutputFolder.Existing.refuse
    /// Everything up to and including one step; nothing is written.
    public var isDryRun = false
    /// The program's version, which is recorded in what is written.
    public var version = ""

    /// A fresh run.
    public init() {}
  }

  let options: Options
  let shouldContinue: () -> Bool
  let report: (RunEvent) -> TrainingFlow
  /// The recipe with its file; from the beginning of the run with every default decided.
  private(set) var file: RecipeFile
  /// When the run was started.
  private(set) var startTime = ContinuousClock.now
  /// What is run.
  var recipe: Recipe { file.recipe }
  /// Whether nothing is written.
  var isDryRun: Bool { options.isDryRun }

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - shouldContinue: asked before the first step, between the batches of an evaluation and between the tokens of
  ///     answers.
  ///   - report: receives every event; decides after each step whether the run continues.
  public init(
    _ file: RecipeFile, options: Options = Options(), while shouldContinue: @escaping () -> Bool = { true },
    report: @escaping (RunEvent) -> TrainingFlow
  ) {
    self.file = file
    self.options = options
    self.shouldContinue = shouldContinue
    self.report = report
  }

  /// Runs the recipe.
  ///
  /// - Returns: whether the end was reached; false where `report` stopped the run, after a complete checkpoint.
  /// - Throws: `UserError`, `UserErrors`.
  public func run() throws -> Bool {
    var decided = self
    decided.startTime = .now
    if !isDryRun { try OutputFolder.check(recipe.output, options.existing) }
    let unsupported = recipe.unsupported(at: file)
    if !unsupported.isEmpty { throw UserErrors(unsupported) }
    try file.requireRecords()
    var files = try recipe.modelFiles(at: file)
    decided.decideTemplate(for: &files)
    return try decided.run(recipe.objective.task, files)
  }

  /// Runs a recipe in which nothing is left open.
  private func run(_ task: some LearningTask, _ files: ModelFiles) throws -> Bool {
    let opened = try open(task, files)
    guard let prepared = try prepare(opened) else { return stopped(at: 0) }
    guard var started = try start(prepared) else { return true }
    guard try train(&started) else { return stopped(at: started.trainer.state.step) }
    return try finish(started)
  }

  /// Settles how conversations are written, and the day that a model's own template sees.
  private mutating func decideTemplate(for files: inout ModelFiles) {
    let templateName = recipe.templateName(for: files)
    var date = recipe.data.date
    if templateName == .model, case .success(let template) = files.modelTemplate, template.readsClock {
      let dayOfStart = options.existing == .resume ? Resumption.date(ofRunIn: recipe.output) : nil
      date = date ?? dayOfStart ?? .today
      files.day = date
    }
    file = file.deciding { recipe in
      recipe.data.template = templateName
      recipe.data.date = date
    }
  }

  /// Reports that the run was stopped.
  ///
  /// - Returns: whether the end was reached: a dry run ends after one step.
  func stopped(at step: Int) -> Bool {
    _ = report(.finished(RunResult(file: nil, step: step, isComplete: false, isEarly: false, seconds: seconds)))
    return isDryRun && step > 0
  }

  /// Seconds since the run was started.
  var seconds: Double { (ContinuousClock.now - startTime).inSeconds }
}
