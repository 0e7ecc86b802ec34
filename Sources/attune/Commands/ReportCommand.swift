import ArgumentParser
import Diagnostics
import Foundation
import Reports
import Runs

/// `attune report RUN`: writes a run's page again.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes a run's report.html again.",
    discussion: """
          $ attune report runs/full
          $ attune report runs/full --output full.html

      The page is made from metrics.jsonl and recipe.yaml, even while the run is going on. It is a single file and needs no \
      network.
      """)

  @Argument(help: ArgumentHelp("The output folder of a run.", valueName: "run"), transform: pathArgument)
  var path: String

  @Option(help: "The file to write. Default: report.html in the folder.", transform: newFileArgument)
  var output: String?

  func run() throws {
    let folder = try RunFolder(path)
    let target = output.map { URL(fileURLWithPath: $0) } ?? folder.url.appendingPathComponent("report.html")
    try folder.page.write(to: target)
    Console.message("\(output ?? path + "/report.html") shows the run.")
  }
}
