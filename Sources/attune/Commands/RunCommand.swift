import ArgumentParser
import Diagnostics
import Foundation
import Recipes
import Training

/// `attune run RECIPE`: from files to a fine-tuned model.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Fine-tunes a model as a recipe says.",
    discussion: """
          $ attune run recipes/full.yaml
          $ attune run recipes/full.yaml output=runs/second optimizer.learning_rate=1e-4
          $ attune run recipes/full.yaml --resume

      SIGINT (Ctrl-C), SIGTERM and SIGHUP finish the current step, write a checkpoint and end with exit code 130, 143 \
      or 129; a second one stops at once. Under nohup a run goes on when its terminal is closed.
      """)

  @Argument(help: "The recipe, a YAML file.")
  var recipe: String

  @Argument(help: "Changes to the recipe: key.path=value.")
  var overrides: [String] = []

  @Flag(help: "Goes on from the newest checkpoint in the output folder; starts afresh where there is none.")
  var resume = false

  @Flag(help: "Replaces the run that the output folder holds.")
  var overwrite = false

  @Flag(help: "Does everything up to and including one step; writes nothing.")
  var dryRun = false

  @Flag(help: "Prints nothing but warnings and errors.")
  var quiet = false

  @OptionGroup var compute: ComputeOptions

  func validate() throws {
    if resume, overwrite { throw ValidationError("'--resume' and '--overwrite' exclude each other.") }
  }

  func run() throws {
    try compute.apply()
    let changes = compute.changes(overrides)
    let file = try RecipeFile(path: recipe, overrides: changes)
    var options = Runner.Options()
    options.existing = resume ? .resume : overwrite ? .overwrite : .refuse
    options.isDryRun = dryRun
    options.version = Program.version
    let interruption = Interruption()
    let view = RunView(recipePath: recipe, stepsPerLine: file.recipe.logging.every, isQuiet: quiet, isDryRun: dryRun)
    let command = "attune run \(([recipe] + changes).joined(separator: " ")) --resume"
    var (step, savedStep) = (0, 0)
    let isComplete: Bool
    do {
      isComplete = try Runner(file, options: options, while: { interruption.signal == nil }) { event in
        view.show(event)
        switch event {
        case .resumed(let found): (step, savedStep) = (found, found)
        case .training(.step(let report)): step = report.step
        case .training(.checkpoint(.last)): savedStep = step
        default: break
        }
        return interruption.signal == nil ? .continue : .stop
      }.run()
    } catch let error as UserError where savedStep > 0 && [.training, .output].contains(error.kind) {
      let checkpoint = "\(file.recipe.output)/last.h5"
      guard FileManager.default.fileExists(atPath: checkpoint) else { throw error }
      Console.error(error.message)
      Console.message("The run is saved behind step \(savedStep). When this is mended, go on with: \(command)")
      throw ExitCode(Int32(error.kind.rawValue))
    }
    if !isComplete, let signal = interruption.signal {
      Console.message("Stopped. Go on with: \(command)")
      throw ExitCode(128 + signal)
    }
  }
}
