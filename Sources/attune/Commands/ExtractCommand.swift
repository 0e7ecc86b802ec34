import Adapters
import ArgumentParser
import Diagnostics
import Inference
import LanguageModels
import StrictJSON

/// `attune extract`: makes a LoRA of what full fine-tuning changed.
struct ExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Makes a LoRA of the difference between a fine-tuned model and its base.",
    discussion: """
      Examples:

          $ attune extract --model runs/full/model.h5 --base data/models/tiny --rank 16 --output adapter.h5
          $ attune extract --model my-model --base MODEL --rank 64 --output my-adapter --targets q_proj v_proj \\
              --train-also embed_tokens norm

      Each linear layer's difference is reduced to its largest singular values. The table shows the share of the \
      difference (of its squared Frobenius norm) that the rank keeps. Full fine-tuning changes more than linear layers: \
      --train-also stores embed_tokens, lm_head and norm in full; the changes to other norms and biases are lost.

      --json: output, rank, kept (the share of the linear layers' difference), kept_of_all; layers and others, each with \
      name, difference (its Frobenius norm) and kept.
      """)

  @Option(help: "The fine-tuned model: a folder, or an Attune .h5.", transform: pathArgument)
  var model: String

  @Option(help: "The model it was fine-tuned from.", transform: pathArgument)
  var base: String

  @Option(parsing: .unconditional, help: "The rank of the LoRA.")
  var rank: Int

  @Option(help: "What to write: NAME.h5, or a new PEFT folder.", transform: pathArgument)
  var output: String

  @Option(parsing: .upToNextOption, help: "The linear layers, as in a recipe. Default: all.")
  var targets: [String] = []

  @Option(parsing: .upToNextOption, help: "What to store in full: embed_tokens, lm_head, norm. Default: nothing.")
  var trainAlso: [String] = []

  @OptionGroup var threading: ThreadOptions

  @Flag(help: "Prints one JSON object: layers and others (name, difference, kept), kept, kept_of_all, ….")
  var json = false

  func validate() throws {
    if !(1...(1 << 20) ~= rank) { throw ValidationError("'--rank \(rank)': expected a whole number of at least 1.") }
  }

  func run() throws {
    Cleanup.onSignals()
    threading.apply()
    let models = try LoRAExtraction(model: model, base: base, to: output)
    Console.warnings(models.notes)
    let extraction: Extraction
    do {
      extraction = try models.write(settings, version: Program.version)
    } catch let problem as AdapterProblem {
      throw UserError.recipe("--\(problem.key.replacing("_", with: "-")): \(problem.message)")
    }
    let report = ExtractionReport(extraction, of: models.configuration, rank: rank, output: output)
    if json { Console.output(json: report.json) } else { Console.output(report.text) }
  }

  private var settings: LoRA {
    var settings = LoRA()
    settings.rank = rank
    settings.targets = targets.isEmpty || targets == ["all"] ? .all : .names(targets)
    settings.trainAlso = trainAlso
    return settings
  }
}
