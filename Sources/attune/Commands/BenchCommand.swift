import Adapters
import ArgumentParser
import Diagnostics
import Foundation
import Inference
import LanguageModels
import Recipes
import Tensors
import Training

/// `attune bench`: measures this machine and this build.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures this machine and this build: products, a training step, memory.",
    discussion: """
          $ attune bench
          $ attune bench --model data/models/tiny --precision bfloat16 --batch 8 --sequence 128

      Weights and tokens are random: of a model only its config.json is read. Measured are a step of LoRA (rank 8 on all \
      linear layers) and a step of full fine-tuning, both with every token trained on. Each step's speed is compared with \
      the speed that the matrix products of a full step reach on their own.

      --json: processor, threads, precision, kernels, openblas_core, openblas, bfloat16; batch, sequence; products, each \
      with name, m, n, k, engine and gflops; products_gflops; training_step and lora_step, each with tokens_per_second, \
      seconds, gflops, share_of_products and peak_tensor_bytes; peak_memory_bytes.
      """)

  @Option(
    help: "The model whose shape to measure: a folder or .h5. Default: 15 million parameters, as in the README.",
    transform: pathArgument)
  var model: String?

  @Option(help: "Examples in a step.")
  var batch = 8

  @Option(help: "Tokens in an example.")
  var sequence = 256

  @OptionGroup var compute: ComputeOptions

  @Flag(help: "Prints one JSON document.")
  var json = false

  func validate() throws {
    for (name, value) in [("--batch", batch), ("--sequence", sequence)] where !(1...1_000_000 ~= value) {
      throw ValidationError("'\(name) \(value)': expected a number from 1 to 1000000.")
    }
  }

  func run() throws {
    compute.apply()
    let configuration = try model.map { try ModelFiles(path: $0).configuration } ?? Self.standardShape()
    let precision = compute.precision ?? .float32
    let benchmark = Benchmark(configuration, precision: precision, batch: batch, sequence: sequence)
    var line = ProgressLine()
    let products = benchmark.products { line.show("measuring \($0)") }
    let lora = try benchmark.trainingStep(isFrozen: true, onProgress: { line.show("measuring a step of LoRA: \($0)") })
    {
      try Self.attachLoRA(to: $0)
    }
    let full = benchmark.trainingStep(
      onProgress: { line.show("measuring a training step: \($0)") }, prepare: BenchmarkedTraining.full)
    line.finish()
    let report = BenchReport(
      precision: precision, batch: batch, sequence: sequence, products: products, fullStep: full, loraStep: lora)
    if json { Console.output(json: report.json) } else { Console.output(report.text) }
  }

  /// LoRA in its usual comparison: rank 8 on all linear layers.
  private static func attachLoRA(to model: LanguageModel) throws -> BenchmarkedTraining {
    var settings = LoRA()
    settings.targets = .all
    let adapter = try Adapter(AdapterConfiguration(settings), on: model, seed: 1)
    model.attachments = adapter.attachments
    return .adapter(adapter.parameters)
  }

  /// A decoder of 15 million parameters: width 288, 6 layers, vocabulary 32000.
  private static func standardShape() throws -> DecoderConfiguration {
    try DecoderConfiguration(
      parsing: """
        {"model_type": "\(DecoderFamily.standard.modelType)", "hidden_size": 288, "intermediate_size": 768, "num_hidden_layers": 6,
         "num_attention_heads": 6, "vocab_size": 32000, "max_position_embeddings": 2048, "tie_word_embeddings": true}
        """, place: "the standard shape")
  }
}
