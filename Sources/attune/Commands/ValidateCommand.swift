import ArgumentParser
import InstructionData
import Runs

/// `attune validate RECIPE`: reports everything that is wrong, without running.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Checks a recipe and all files it names, without training.",
    discussion: """
          $ attune validate recipes/full.yaml data.train=mine.jsonl

      Opens every file, decodes and tokenizes every record, and reports all problems at once. The exit code is 2 if the \
      recipe is wrong, and 3 if only files are.
      """)

  @OptionGroup var recipe: RecipeArguments

  @OptionGroup var threading: ThreadOptions

  func run() throws {
    threading.apply()
    let view = ReadingView()
    defer { view.finish() }
    let validation = try Validation(recipePath: recipe.path, overrides: recipe.overrides) { view.show($0) }
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
      "\(recipe.path) is valid: \(validation.steps) steps over \(Human.count(total.examples)) examples, "
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
