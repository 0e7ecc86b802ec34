import ArgumentParser
import InstructionData
import Recipes

/// `attune validate RECIPE`: everything that could be wrong, before anything runs.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Checks a recipe with all files it names; runs nothing.",
    discussion: """
          $ attune validate recipes/full.yaml data.train=mine.jsonl

      Opens every file, decodes and tokenizes every record, and reports all problems at once: exit code 2 where the \
      recipe is wrong, 3 where only files are.
      """)

  @Argument(help: "The recipe, a YAML file.")
  var recipe: String

  @Argument(help: "Changes to the recipe: key.path=value.")
  var overrides: [String] = []

  @Option(help: "Threads that tokenize. Default: one for each processor.")
  var threads: Int?

  func run() throws {
    try ComputeOptions.apply(threads: threads)
    let view = ReadingView()
    defer { view.finish() }
    let validation = try Validation(recipePath: recipe, overrides: overrides) { view.show($0) }
    view.finish()
    for warning in validation.warnings { Console.warning(warning) }
    var table = Table(columns: [
      .left("use"), .left("name"), .left("file"), .right("records"), .right("examples"), .right("tokens"),
      .right("trained on"),
      .right("longest"), .right("dropped"), .right("truncated"),
    ])
    for source in validation.sources { table.add(row("train", source)) }
    for source in validation.heldOut { table.add(row("held out", source)) }
    Console.output(table.text)
    let total = validation.total
    Console.output(
      "\(recipe) is in order: \(validation.steps) steps over \(Human.count(total.examples)) examples, "
        + "\(Human.count(total.tokens)) tokens, \(share(total)) trained on.")
  }

  private func row(_ use: String, _ report: SourceReport) -> [String] {
    [
      use, report.name, report.path, "\(report.records)", "\(report.examples)", Human.count(report.tokens),
      share(report), "\(report.longest)",
      "\(report.dropped + report.empty)", "\(report.truncated)",
    ]
  }

  private func share(_ report: SourceReport) -> String {
    Human.percent(Double(report.trainedTokens) / Double(max(1, report.tokens)))
  }
}
