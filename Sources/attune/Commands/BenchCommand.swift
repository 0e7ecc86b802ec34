import ArgumentParser
import Diagnostics
import Inference
import LanguageModels
import Runs
import Tensors
import Training

/// `attune bench`: measures this machine and this build.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures this machine and this build: kernels, products, training steps, generation, memory.",
    discussion: """
          $ attune bench
          $ attune bench --model data/models/tiny --precision bfloat16 --batch 8 --sequence 128

      Weights and tokens are random: of a model only its config.json is read. Measured are: what the processor's \
      multiply-adds reach in registers, for each of the kernels of this build, and one product through them; the matrix \
      products of a full training step; a step of LoRA (rank 8 on all linear layers) and one of full fine-tuning, both with \
      every token trained on; greedy generation of one sequence and of 16; and how fast all threads read memory.

      A step's report says which share of it one thread works alone, how much faster than one thread 16 and 64 threads can \
      be at most, and which sections have few pieces for threads to share.

      --json: processor, threads, precision, kernels, kernels_requested (ATTUNE_KERNELS), openblas_core, openblas, bfloat16; \
      memory_bytes_per_second; batch, sequence; kernel_speeds, each with name, precision, code, available, chosen, \
      peak_gflops and gflops (of a product of 1024 × 768 × 768); products, each with name, m, n, k, engine, gflops and \
      share_of_peak; products_gflops, products_share_of_peak; training_step and lora_step, each with tokens_per_second, \
      seconds, gflops, share_of_products, peak_tensor_bytes, serial_share, bounds (threads, speed) and sections (place, \
      pieces, calls, share); generation, for each number of sequences tokens_per_second, weight_bytes_per_token, \
      bytes_per_second and share_of_memory; peak_memory_bytes.
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
    let report = try measure(benchmark, precision)
    if json { Console.output(json: report.json) } else { Console.output(report.text) }
  }

  private func measure(_ benchmark: Benchmark, _ precision: ElementType) throws -> BenchReport {
    var line = ProgressLine()
    let kernels = KernelSpeed.measureAll { line.show("measuring kernels: \($0)") }
    let products = benchmark.products { line.show("measuring products: \($0)") }
    let lora = try benchmark.trainingStep(.lora) { line.show("measuring a step of LoRA: \($0)") }
    let full = try benchmark.trainingStep(.full) { line.show("measuring a training step: \($0)") }
    let generation = [1, 16].map { sequences in
      line.show("measuring generation: \(sequences) at once")
      return benchmark.generation(sequences: sequences)
    }
    let peakMemory = peakMemoryBytes()
    line.show("measuring memory")
    let bandwidth = MemoryBandwidth.measure()
    line.finish()
    return BenchReport(
      precision: precision, batch: batch, sequence: sequence, kernels: kernels, products: products, fullStep: full,
      loraStep: lora, generation: generation, peakMemory: peakMemory, bandwidth: bandwidth)
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
