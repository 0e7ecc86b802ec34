import ArgumentParser
import Diagnostics
import Foundation
import Recipes
import Runs
import Training

/// `attune run RECIPE`: makes a fine-tuned model from a model and data.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Fine-tunes a model as a recipe describes.",
    discussion: """
          $ attune run recipes/full.yaml
          $ attune run recipes/full.yaml output=runs/second optimizer.learning_rate=1e-4
          $ attune run recipes/full.yaml --resume

      On SIGINT (Ctrl-C), SIGTERM or SIGHUP the run finishes the current step, writes a checkpoint and exits with code \
      130, 143 or 129; a second signal stops it at once. Under nohup a run continues when its terminal is closed.
      """)

  @OptionGroup var recipe: RecipeArguments

  @Flag(help: "Resumes from the newest checkpoint in the output folder, or starts over if there is none.")
  var resume = false

  @Flag(help: "Replaces the run that the output folder holds.")
  var overwrite = false

  @Flag(help: "Stops after one step and writes nothing.")
  var dryRun = false

  @Flag(help: "Prints nothing but warnings and errors.")
  var quiet = false

  @OptionGroup var compute: ComputeOptions

  func validate() throws {
    if resume, overwrite { throw ValidationError("'--resume' and '--overwrite' exclude each other.") }
  }

  func run() throws {
    compute.apply()
    let changes = compute.changes(recipe.overrides)
    let file = try RecipeFile(path: recipe.path, overrides: changes)
    var options = Runner.Options()
    options.existing = resume ? .resume : overwrite ? .overwrite : .refuse
    options.isDryRun = dryRun
    options.version = Program.version
    let interruption = Interruption()
    let view = RunView(
      recipePath: recipe.path, stepsPerLine: file.recipe.logging.every, isQuiet: quiet, isDryRun: dryRun)
    let command = "attune run \(([recipe.path] + changes).map(shellWord).joined(separator: " ")) --resume"
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
      Console.message("The run is saved up to step \(savedStep). Once this is fixed, resume with: \(command)")
      throw ExitCode(Int32(error.kind.rawValue))
    }
    if !isComplete, let signal = interruption.signal {
      Console.message("Stopped. Resume with: \(command)")
      throw ExitCode(128 + signal)
    }
  }
}
