import ArgumentParser
import DataChecks
import Diagnostics
import Foundation
import Inference
import Recipes
import Runs
import StrictJSON

/// `attune check-data RECIPE`: finds what is wrong or doubtful in the records.
struct CheckDataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-data",
    abstract: "Finds what is wrong or doubtful in a recipe's records.",
    discussion: """
          $ attune check-data recipes/full.yaml
          $ attune check-data mine.yaml --write-clean data/clean.jsonl
          $ attune check-data mine.yaml --only leak near-leak overlap
          $ attune check-data mine.yaml --model --json > findings.json

      Finds held-out records that are also in the training set, word for word or with small edits; training records that \
      repeat or contradict each other; answers that are empty, cut off, too long, of unusual length, or in another script \
      or language; and traces of a wrong encoding. With --model it also finds the answers that fit their prompts least: \
      wrong answers are among them.

      \(kindTable)

      The exit code is 0 even if there are findings; 2 or 3 if the recipe or a file can't be read at all. --json prints \
      {"files", "findings", "counts", "clean"}: each finding has kind, severity, file, line, message, excerpt, value, \
      related (file and line of the records that belong to it), drop (whether --write-clean leaves out records because of \
      it).
      """)

  @OptionGroup var recipe: RecipeArguments

  @Option(
    defaultAsFlag: "",
    help: "Also scores the answers with a model: the recipe's, or the one given (a folder or an Attune .h5).",
    transform: { $0.contains("=") ? $0 : try pathArgument($0) })
  var model: String?

  @Option(help: "With --model: the share of the records to report as the worst.")
  var worst = 0.05

  @Option(parsing: .upToNextOption, help: "Reports only findings of these kinds.")
  var only: [FindingKind] = []

  @Option(parsing: .upToNextOption, help: "Leaves out findings of these kinds.")
  var skip: [FindingKind] = []

  @Option(
    help: ArgumentHelp("Writes the training records without the bad ones, as JSONL.", valueName: "file"),
    transform: newFileArgument)
  var writeClean: String?

  @Option(parsing: .upToNextOption, help: "With --write-clean: also leaves out records with findings of these kinds.")
  var drop: [FindingKind] = []

  @Option(parsing: .unconditional, help: "How many findings of each kind to show; --json lists all.")
  var show = 5

  @OptionGroup var compute: ComputeOptions

  @Flag(help: "Prints one JSON document.")
  var json = false

  func validate() throws {
    if show < 0 { throw ValidationError("'--show \(show)': expected a whole number of at least 0.") }
    if !(worst > 0 && worst <= 1) { throw ValidationError("'--worst \(worst)': expected a share above 0 and up to 1.") }
    if writeClean == nil, !drop.isEmpty { throw ValidationError("'--drop' needs '--write-clean'.") }
  }

  func run() throws {
    Cleanup.onSignals()
    compute.apply()
    var (changes, modelPath) = (recipe.overrides, model)
    // `--model` takes the argument after it, which may be a change to the recipe rather than a model.
    if let path = modelPath, path.contains("="), !FileManager.default.fileExists(atPath: path) {
      changes.append(path)
      modelPath = ""
    }
    let file = try RecipeFile(path: recipe.path, overrides: compute.changes(changes))
    let unsupported = file.recipe.unsupported(at: file)
    if !unsupported.isEmpty { throw UserErrors(unsupported) }
    let judge = try modelPath.map { try self.judge($0, file) }
    let view = CheckProgressView()
    let check = try DataCheck(file, kinds: kinds, model: judge, worst: worst) { view.show($0) }
    view.finish()
    Console.warnings(check.notes)
    let dropped = Set(FindingKind.allCases.filter(\.isDropped)).union(drop)
    let cleaning = try writeClean.map {
      try check.writeClean(to: URL(fileURLWithPath: $0), without: dropped)
    }
    view.finish()
    if json {
      Console.output(json: check.json(dropped: dropped, cleaning: cleaning, cleanPath: writeClean))
    } else {
      Console.output(CheckView(check: check, shown: show, dropped: dropped).text)
      if let cleaning, let writeClean { Console.output(cleaning.text(path: writeClean)) }
    }
  }

  private var kinds: Set<FindingKind> {
    Set(only.isEmpty ? FindingKind.allCases : only).subtracting(skip)
  }

  /// The model that scores the answers.
  private func judge(_ path: String, _ file: RecipeFile) throws -> ModelFiles {
    if !path.isEmpty { return try ModelFiles(path: path) }
    if case .configuration = file.recipe.model.source {
      throw file.error(
        at: "model.configuration", "a model with random weights cannot judge answers; name another one: --model MODEL")
    }
    return try file.recipe.modelFiles(at: file)
  }

  /// The kinds of findings with their severity, for the help text.
  private static var kindTable: String {
    var table = Table(columns: [.left("kind"), .left("severity"), .left("clean set")])
    for kind in FindingKind.allCases {
      table.add([kind.rawValue, kind.severity.rawValue, kind.isDropped ? "dropped" : "kept"])
    }
    return table.text.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
  }
}

extension FindingKind: ExpressibleByArgument {}
