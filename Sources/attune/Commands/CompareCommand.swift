import ArgumentParser
import Diagnostics
import Foundation
import Reports
import Runs

/// `attune compare RUN RUN…`: sets runs side by side.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Shows runs side by side: recipes, losses, cost.",
    discussion: """
          $ attune compare runs/full runs/lora
          $ attune compare runs/full runs/lora --html compare.html

      If two runs have losses of the same held-out records, their difference is shown with a 98 % interval from a paired \
      bootstrap, or a note that no difference is shown. The interval says how much the choice of held-out records \
      matters, not how much another seed would.

      --json: runs, each with run, complete, steps, held_out_loss, best_held_out_loss, training_loss, parameters, \
      trainable_parameters, seconds, tokens_per_second, peak_memory_bytes and energy; recipe, each with key and the runs' \
      values; differences, each with first, second, and difference, lower, upper, confidence, records and shown, or the \
      reason there is none.
      """)

  @Argument(help: "The output folders of two or more runs.", transform: pathArgument)
  var runs: [String]

  @Option(help: "Writes a page that shows the curves in one chart.", transform: newFileArgument)
  var html: String?

  @Flag(help: "Prints one JSON document.")
  var json = false

  func validate() throws {
    if runs.count < 2 { throw ValidationError("Give two runs or more to compare.") }
    if Set(runs).count < runs.count { throw ValidationError("A run is listed twice: give each run once.") }
  }

  func run() throws {
    let comparison = Comparison(try runs.map { try RunFolder($0).compared(as: $0) })
    if let html {
      try ComparePage(comparison).write(to: URL(fileURLWithPath: html))
      Console.message("\(html) shows the runs.")
    }
    if json { return Console.output(json: comparison.json) }
    Console.output(ComparisonTables.results(comparison.runs))
    let differences = comparison.recipeDifferences
    if !differences.isEmpty {
      Console.output("\n" + ComparisonTables.recipes(differences, comparison.runs.map(\.name)))
    }
    Console.output("\n" + comparison.pairs.map(\.sentence).joined(separator: "\n"))
  }
}
