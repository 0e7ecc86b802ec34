import ArgumentParser
import Recipes
import StrictJSON
import Tensors
import Training

/// `attune estimate RECIPE`: memory and time of a run, before anything runs.
struct EstimateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate",
    abstract: "Tells the memory and the time that a run would take.",
    discussion: """
          $ attune estimate recipes/full.yaml
          $ attune estimate recipes/lora.yaml model.path=MODEL data.train=TRAIN.jsonl training.micro_batch_size=2
          $ attune estimate recipes/lora.yaml model.path=FOLDER-WITH-CONFIG.JSON-AND-TOKENIZER

      The data are read and tokenized; of the model only the configuration is needed, not the weights. The memory is that \
      of the largest micro-batches, gone through tensor by tensor without computing. The time is measured: on the model \
      itself where it is small, else on one and three of its layers.

      --json: peak_memory_bytes, and what it consists of: weights_bytes, gradients_bytes, moments_bytes, \
      activations_bytes, buffers_bytes, program_bytes; limit_bytes and fits; parameters, trainable_parameters; steps, \
      seconds_per_step, seconds, tokens_per_second; assumes_lengths; alternatives, each with changes, \
      peak_memory_bytes and fits.
      """)

  @Argument(help: "The recipe, a YAML file.")
  var recipe: String

  @Argument(help: "Changes to the recipe: key.path=value.")
  var overrides: [String] = []

  @OptionGroup var compute: ComputeOptions

  @Flag(help: "Prints one JSON document.")
  var json = false

  func run() throws {
    try compute.apply()
    let changes = compute.changes(overrides)
    var line = ProgressLine()
    let estimate = try RunEstimate(RecipeFile(path: recipe, overrides: changes)) { line.show($0) }
    line.finish()
    if json { Console.output(json: estimate.json) } else { Console.output(estimate.text) }
  }
}
