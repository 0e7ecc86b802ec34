import Checkpoints
import Diagnostics
import Foundation
import Inference
import InstructionData
import LanguageModels
import Recipes
import Tensors
import Training

/// What there is to know about a recipe in which nothing is wrong.
public struct Validation {
  /// What each training file contributes.
  public let sources: [SourceReport]
  /// What each held-out file contributes.
  public let heldOut: [SourceReport]
  /// All training files together.
  public let total: SourceReport
  /// Optimizer steps of the run.
  public let steps: Int
  /// What is worth knowing, although it is no mistake.
  public let warnings: [String]

  /// Opens every file that a recipe names, decodes and tokenizes every record, compares the model's tensors with its
  /// configuration. Nothing is computed and nothing written.
  ///
  /// - Parameter onProgress: receives the progress of the reading now and then.
  /// - Throws: `UserErrors` with all problems at once.
  public init(
    recipePath: String, overrides: [String], onProgress: ((ReadingProgress) -> Void)? = nil
  ) throws {
    var (file, problems) = try RecipeFile.reading(path: recipePath, overrides: overrides)
    let recipe = file.recipe
    problems += recipe.unsupported(at: file)
    let understood = problems.isEmpty

    let files =
      collecting(&problems) {
        understood || recipe.namesModel ? try recipe.modelFiles(at: file) : nil
      } ?? nil
    if let files, let source = files.source {
      problems += LanguageModel.problems(
        of: source, for: files.configuration, place: source.path, mayLackScore: files.scoreSeed != nil)
      problems += recipe.adapterProblems(at: file, files)
    }
    let missing = file.missingTrainingRecords + file.missingHeldOutRecords
    var data: Data?
    var reference: ModelFiles?
    if let files, understood {
      reference = collecting(&problems) { try recipe.referenceFiles(files, at: file) } ?? nil
      data = collecting(&problems) {
        let handling = ProblemHandling.collect(limit: Self.problemsReported)
        func data(_ task: some LearningTask) throws -> Data {
          let data = try RunData(recipe, task, files, problems: handling, onProgress: onProgress)
          return try Data(file, data, warnings: data.preparation(for: task, files).warnings)
        }
        return try data(recipe.objective.task)
      }
    } else {
      problems += recipe.problemsOfRecordForms()
    }
    _ = collecting(&problems) { try OutputFolder.check(recipe.output, .resume) }
    guard problems.isEmpty, let files, let data else {
      throw UserErrors(problems.withPlaces(of: missing).withoutRepetitions)
    }

    (sources, heldOut, total, steps) = (data.sources, data.heldOut, data.total, data.steps)
    var warnings =
      recipe.warnings(about: files.configuration, sources + heldOut, steps: steps) + data.warnings
    warnings += recipe.warningsAboutTemplateOptions(files)
    warnings += reference?.configuration.notes ?? []
    if OutputFolder.holdsRun(recipe.output) {
      warnings.append("\(recipe.output) holds a run already: `attune run` asks for --resume or --overwrite")
    }
    self.warnings = warnings
  }

  /// So many problems of a data set are reported; the others are counted.
  fileprivate static let problemsReported = 50

  /// What data of any kind amount to.
  private struct Data {
    let sources, heldOut: [SourceReport]
    let total: SourceReport
    let steps: Int
    let warnings: [String]

    init(_ file: RecipeFile, _ data: RunData<some TrainingExample>, warnings: [String]) throws {
      self.warnings = warnings
      sources = data.train.sources.map(\.report)
      heldOut = data.heldOut?.sources.map(\.report) ?? []
      total = data.train.total
      steps = try file.recipe.batchPlan(data.train).totalSteps
      try file.recipe.checkSchedule(steps: steps, at: file)
    }
  }
}

extension Recipe {
  /// Whether the recipe names its model.
  fileprivate var namesModel: Bool { if case .path("") = model.source { false } else { true } }

  /// What is wrong with the records of a recipe whose lengths and template cannot be trusted, or whose tokenizer cannot
  /// be read: bytes serve as tokens, and no example is too long.
  fileprivate func problemsOfRecordForms() -> [UserError] {
    var problems: [UserError] = []
    let bytes = TextEncoder(
      encode: { $0.utf8.map(Int32.init) }, id: { _ in nil }, endOfText: 0, vocabularySize: Int(Int32.max))
    for sources in [data.train, data.heldOut] where !sources.isEmpty {
      _ = collecting(&problems) {
        let loader = try DataLoader(
          template: .plain, encoder: bytes,
          options: DataOptions(maximumLength: .max, lengthPolicy: .drop, columns: data.columns), threads: Threads.count)
        let files = sources.filter { !$0.path.isEmpty }.map(\.dataSource)
        let handling = ProblemHandling.collect(limit: Validation.problemsReported)
        func read(_ task: some LearningTask) throws {
          _ = try task.examples(from: files, by: loader, problems: handling)
        }
        try read(objective.task)
      }
    }
    return problems
  }
}

/// The value, or nil if errors for the user were thrown, which are collected.
private func collecting<Value>(_ problems: inout [UserError], _ body: () throws -> Value) -> Value? {
  do {
    return try body()
  } catch let error as UserError {
    problems.append(error)
  } catch let errors as UserErrors {
    problems += errors.errors
  } catch {
    problems.append(.file("\(error)"))
  }
  return nil
}

extension [UserError] {
  /// The problems, in which files of records that do not exist are named with the recipe's lines.
  fileprivate func withPlaces(of missing: [RecipeFile.MissingRecords]) -> [UserError] {
    flatMap { problem in
      let named = missing.filter { $0.withoutPlace == problem }.map(\.error)
      return named.isEmpty ? [problem] : named
    }
  }

  /// Each problem once: a template that fits no record is reported for every set.
  fileprivate var withoutRepetitions: [UserError] {
    var seen: Set<String> = []
    return filter { seen.insert($0.message).inserted }
  }
}
