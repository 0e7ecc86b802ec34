import ArgumentParser
import Diagnostics
import Foundation
import InputFiles
import Recipes
import Reports
import StrictJSON

/// `attune sweep RECIPE --set KEY=V1,V2`: the same recipe with several values, one run after another.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Tries several values of a recipe's keys and names the best.",
    discussion: """
          $ attune sweep recipes/full.yaml --set optimizer.learning_rate=1e-5,3e-5,1e-4 --share 0.2
          $ attune sweep recipes/full.yaml --set optimizer.learning_rate=1e-4,3e-4 --set training.batch_size=8,16

      Runs stand in the recipe's output folder with '-sweep' behind its name, each with its report, and sweep.html lays \
      their curves over each other. Models and checkpoints are removed after each run unless --keep is given. The best is \
      the run with the lowest held-out loss, or without held-out records the one with the lowest training loss; a run \
      whose held-out records show no difference from the best is named as well.

      --json: best (the run's name), runs as in attune compare, equals (names of runs that show no difference from it), \
      failed, page.
      """)

  @Argument(help: "The recipe, a YAML file.")
  var recipe: String

  @Argument(help: "Changes to the recipe that all runs share: key.path=value.")
  var overrides: [String] = []

  @Option(name: .customLong("set"), parsing: .singleValue, help: "A key and its values: key.path=value,value…")
  var settings: [String]

  @Option(help: "How much of the training data is used, above 0 and up to 1.")
  var share: Double?

  @Flag(help: "Keeps each run's model and checkpoints.")
  var keep = false

  @Flag(help: "Replaces an earlier sweep of this recipe.")
  var overwrite = false

  @Flag(help: "Prints one JSON document.")
  var json = false

  @OptionGroup var compute: ComputeOptions

  func run() throws {
    let shared = compute.changes(overrides + (share.map { ["data.share=\($0)"] } ?? []))
    let file = try RecipeFile(path: recipe, overrides: shared)
    let trials = try SweepTrial.all(settings)
    let folder = file.recipe.output + "-sweep"
    // A wrong value should be told before the first run, not after it.
    for trial in trials { _ = try RecipeFile(path: recipe, overrides: shared + trial.overrides) }
    if !overwrite, let trial = trials.first(where: { OutputFolder.holdsRun("\(folder)/\($0.folderName)") }) {
      throw UserError.recipe(
        "\(folder)/\(trial.folderName): holds a run already; replace the sweep by --overwrite, or name another folder "
          + "(output=…)")
    }

    let interruption = Interruption()
    var (runs, failed): ([Comparison.Run], [(trial: SweepTrial, code: Int32)]) = ([], [])
    for (index, trial) in trials.enumerated() {
      Console.message(Paint.onError.bold("\(index + 1) of \(trials.count): \(trial.name)"))
      let output = "\(folder)/\(trial.folderName)"
      let code = try execute(
        ["run", recipe, "--overwrite"] + threads + shared + trial.overrides + ["output=\(output)"], interruption)
      if let signal = interruption.signal { throw ExitCode(128 + signal) }
      if Interruption.isMeant(by: code) { throw ExitCode(code) }
      if !keep { removeWeights(output) }
      if code == 0 {
        runs.append(try RunFolder(output).compared(as: trial.name))
      } else {
        failed.append((trial, code))
      }
    }
    let ranked = SweepRanking(runs)
    guard ranked.best != nil else { throw UserError.training("no run of the sweep came to its end") }
    try ComparePage(Comparison(ranked.runs), title: "Sweep of \((recipe as NSString).lastPathComponent)")
      .write(to: URL(fileURLWithPath: "\(folder)/sweep.html"))
    show(ranked, failed, folder)
  }

  private var threads: [String] { compute.threads.map { ["--threads", "\($0)"] } ?? [] }

  /// Runs this program: each run has a process of its own, so that none inherits another's memory.
  private func execute(_ arguments: [String], _ interruption: Interruption) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: AttuneHome.programPath)
    process.arguments = arguments
    do { try process.run() } catch {
      throw UserError.training("this program cannot be started once more: \(systemReason(error))")
    }
    // A run in a process group of its own hears nothing of Ctrl-C: it is told, and saves its state.
    let isApart = getpgid(process.processIdentifier) != getpgrp()
    var isTold = false
    while process.isRunning {
      if let signal = interruption.signal, isApart, !isTold {
        kill(process.processIdentifier, signal)
        isTold = true
      }
      usleep(20_000)
    }
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal ? 128 + process.terminationStatus : process.terminationStatus
  }

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
      Console.output("No difference from it is shown for \(ranked.equals.joined(separator: "; ")).")
    }
    if let hint = ranked.edgeHint(SweepTrial.axes(settings)) { Console.output(hint) }
    Console.output("The curves are in \(folder)/sweep.html.")
  }
}
