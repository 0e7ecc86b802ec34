import ArgumentParser
import Diagnostics
import Foundation
import InputFiles
import Recipes
import Reports
import Runs
import StrictJSON

/// `attune sweep RECIPE --set KEY=V1,V2`: runs a recipe with several values, one after another.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Tries several values of a recipe's keys and names the best.",
    discussion: """
          $ attune sweep recipes/full.yaml --set optimizer.learning_rate=1e-5,3e-5,1e-4 --share 0.2
          $ attune sweep recipes/full.yaml --set optimizer.learning_rate=1e-4,3e-4 --set training.batch_size=8,16

      The runs are in the recipe's output folder with '-sweep' appended to its name, each with its report; sweep.html \
      shows their curves in one chart. Models and checkpoints are removed after each run unless --keep is given. The best \
      run is the one with the lowest held-out loss or, without held-out records, the lowest training loss. Runs whose \
      held-out records show no difference from the best are listed as well.

      --json: best (the run's name), runs as in attune compare, equals (names of runs that show no difference from it), \
      failed, page.
      """)

  @OptionGroup var recipe: RecipeArguments

  @Option(name: .customLong("set"), parsing: .singleValue, help: "A key and its values: key.path=value,value…")
  var settings: [String]

  @Option(help: "The share of the training data to use, above 0 and up to 1.")
  var share: Double?

  @Flag(help: "Keeps each run's model and checkpoints.")
  var keep = false

  @Flag(help: "Replaces an earlier sweep of this recipe.")
  var overwrite = false

  @Flag(help: "Prints one JSON document.")
  var json = false

  @OptionGroup var compute: ComputeOptions

  func run() throws {
    let shared = compute.changes(recipe.overrides + (share.map { ["data.share=\($0)"] } ?? []))
    let file = try RecipeFile(path: recipe.path, overrides: shared)
    let trials = try SweepTrial.all(settings)
    let folder = file.recipe.output + "-sweep"
    // Report a wrong value before the first run, not after it.
    for trial in trials { _ = try RecipeFile(path: recipe.path, overrides: shared + trial.overrides) }
    if !overwrite, let trial = trials.first(where: { OutputFolder.holdsRun("\(folder)/\($0.folderName)") }) {
      throw UserError.recipe(
        "\(folder)/\(trial.folderName): already holds a run; use --overwrite to replace the sweep, or choose another "
          + "folder (output=…)")
    }

    let interruption = Interruption()
    var (runs, failed): ([Comparison.Run], [(trial: SweepTrial, code: Int32)]) = ([], [])
    for (index, trial) in trials.enumerated() {
      Console.message(Paint.onError.bold("\(index + 1) of \(trials.count): \(trial.name)"))
      let output = "\(folder)/\(trial.folderName)"
      let code = try ChildRun.exitCode(
        of: ["run", recipe.path, "--overwrite"] + threads + shared + trial.overrides + [
          "output=\(JSONValue.string(output).compactText)"
        ],
        interruption)
      if let signal = interruption.signal { throw ExitCode(128 + signal) }
      if Interruption.caused(code) { throw ExitCode(code) }
      if !keep { removeWeights(output) }
      if code == 0 {
        runs.append(try RunFolder(output).compared(as: trial.name))
      } else {
        failed.append((trial, code))
      }
    }
    let ranked = SweepRanking(runs)
    guard ranked.best != nil else {
      throw UserError.training("every run of the sweep failed; the messages above say why.")
    }
    try ComparePage(Comparison(ranked.runs), title: "Sweep of \(recipe.path.nameInPath)")
      .write(to: URL(fileURLWithPath: "\(folder)/sweep.html"))
    show(ranked, failed, folder)
  }

  private var threads: [String] { compute.threading.threads.map { ["--threads", "\($0)"] } ?? [] }

  private func removeWeights(_ folder: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasSuffix(".h5") { try? FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
  }

  private func show(_ ranked: SweepRanking, _ failed: [(trial: SweepTrial, code: Int32)], _ folder: String) {
    if json {
      return Console.output(
        json: [
          "best": ranked.best.map { .string($0.name) } ?? .null, "runs": .array(ranked.runs.map(\.json)),
          "equals": .array(ranked.equals.map { .string($0) }), "failed": .array(failed.map { .string($0.trial.name) }),
          "page": .string("\(folder)/sweep.html"),
        ])
    }
    Console.output(ComparisonTables.results(ranked.runs))
    for (trial, code) in failed { Console.output("\(trial.name) failed with exit code \(code).") }
    Console.output("")
    if let best = ranked.best { Console.output("Best: \(best.name)") }
    if !ranked.equals.isEmpty {
      Console.output("Not shown to differ from it: \(ranked.equals.joined(separator: "; ")).")
    }
    if let hint = ranked.edgeHint(SweepTrial.axes(settings)) { Console.output(hint) }
    Console.output("The curves are in \(folder)/sweep.html.")
  }
}
