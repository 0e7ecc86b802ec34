import ArgumentParser
import Recipes
import Runs
import StrictJSON
import Tensors
import Training

/// `attune estimate RECIPE`: predicts the memory and time of a run.
struct EstimateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate",
    abstract: "Predicts the memory and time that a run takes.",
    discussion: """
          $ attune estimate recipes/full.yaml
          $ attune estimate recipes/lora.yaml model.path=MODEL data.train=TRAIN.jsonl training.micro_batch_size=2
          $ attune estimate recipes/lora.yaml model.path=FOLDER-WITH-CONFIG.JSON-AND-TOKENIZER

      Reads and tokenizes the data; of the model it needs only the configuration, not the weights. The memory is that of \
      the largest micro-batches, walked through tensor by tensor without computing. The time is measured, on the model \
      itself if it is small, otherwise on one and on three of its layers.

      --json: peak_memory_bytes, and its parts: weights_bytes, gradients_bytes, moments_bytes, \
      activations_bytes, buffers_bytes, program_bytes; limit_bytes and fits; parameters, trainable_parameters; steps, \
      seconds_per_step, seconds, tokens_per_second; assumes_lengths; alternatives, each with changes, \
      peak_memory_bytes and fits.
      """)

  @OptionGroup var recipe: RecipeArguments

  @OptionGroup var compute: ComputeOptions

  @Flag(help: "Prints one JSON document.")
  var json = false

  func run() throws {
    compute.apply()
    let changes = compute.changes(recipe.overrides)
    var line = ProgressLine()
    let estimate = try RunEstimate(RecipeFile(path: recipe.path, overrides: changes)) { line.show($0) }
    line.finish()
    Console.warnings(estimate.notes)
    if json { Console.output(json: estimate.json) } else { Console.output(estimate.text) }
  }
}
