import Adapters
import ArgumentParser
import Diagnostics
import Foundation
import LanguageModels
import Recipes
import StrictJSON
import Tensors
import Training

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures this machine and this build: products, a training step, memory.",
    discussion: """
          $ attune bench
          $ attune bench --model data/models/tiny --precision bfloat16 --batch 8 --sequence 128

      Weights and tokens are random: of a model only its config.json is read. The steps are one of LoRA (rank 8 on all \
      linear layers) and one of full fine-tuning, with every token trained on. Their share is that of the speed that the \
      matrix products of a full step reach alone.

      --json: processor, threads, precision, openblas_core, openblas, onednn, bfloat16; batch, sequence; products, each \
      with name, m, n, k and gflops; products_gflops; training_step and lora_step, each with tokens_per_second, seconds, \
      gflops, share_of_products and peak_tensor_bytes; peak_memory_bytes.
      """)

  @Option(help: "The shape to measure: a model's folder or .h5. Default: 15 million parameters, as in the README.")
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
    try compute.apply()
    let configuration = try model.map { try ModelFiles(path: $0).configuration } ?? Self.standardShape()
    let precision = compute.precision ?? .float32
    let benchmark = Benchmark(configuration, precision: precision, batch: batch, sequence: sequence)
    var line = ProgressLine()
    let products = benchmark.products { line.show("measuring \($0)") }
    let low = try benchmark.trainingStep(isFrozen: true, onProgress: { line.show("measuring a step of LoRA: \($0)") }) {
      try Self.attachLoRA(to: $0)
    }
    let full = benchmark.trainingStep(
      onProgress: { line.show("measuring a training step: \($0)") }, prepare: BenchmarkedTraining.full)
    line.finish()
    let peak = Benchmark.peak(of: products)
    if json {
      Console.output(json: document(products, full, low, peak, precision))
    } else {
      show(products, full, low, peak, precision)
    }
  }

  /// LoRA as it is compared everywhere: rank 8 on all linear layers.
  private static func attachLoRA(to model: LanguageModel) throws -> BenchmarkedTraining {
    var settings = AdapterConfiguration.LowRank()
    settings.targets = .all
    let adapter = try Adapter(.lora(settings), on: model, seed: 1)
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

  /// What bfloat16 means on this machine.
  private static var bfloat16Note: String {
    guard Processor.hasBFloat16 else { return "this processor does not multiply it: it saves memory and no time" }
    if OneDNN.isAvailable { return "multiplied by the processor" }
    return PackedProduct.serves(.bfloat16)
      ? "multiplied by the processor; attention's tiles are not, without oneDNN (libdnnl-dev)"
      : "the processor multiplies it, but only through oneDNN, which is not there: install libdnnl-dev and build again to "
        + "use that; until then bfloat16 saves memory and no time"
  }

  /// What computes the products of whole layers.
  private static func layerProducts(_ type: ElementType) -> String {
    if PackedProduct.serves(type) { return "Attune's loops for AVX-512" }
    return type == .bfloat16 && Processor.hasBFloat16 && OneDNN.isAvailable ? "oneDNN" : "OpenBLAS"
  }

  private func show(
    _ products: [ProductSpeed], _ full: TrainingStepSpeed, _ low: TrainingStepSpeed, _ peak: Double,
    _ precision: ElementType
  ) {
    Console.output("processor   \(Processor.name), \(Threads.count) threads of \(Threads.available)")
    Console.output("layers      \(Self.layerProducts(precision))")
    Console.output("OpenBLAS    core \(OpenBLAS.core) (\(OpenBLAS.configuration.trimmingCharacters(in: .whitespaces)))")
    Console.output("oneDNN      \(OneDNN.version ?? "not there")")
    Console.output("bfloat16    \(Self.bfloat16Note)")
    Console.output("")
    var table = Table(columns: [.left("product in \(precision.rawValue)"), .right("m × n × k"), .right("GFLOP/s")])
    for product in products {
      table.add([product.name, "\(product.m) × \(product.n) × \(product.k)", Human.fixed(product.gigaflops, 0)])
    }
    table.add(["all of a step", "", Human.fixed(peak, 0)])
    Console.output(table.text)
    Console.output("")
    for (name, step) in [("full", full), ("LoRA", low)] {
      Console.output(
        "training step, \(name), \(batch) × \(sequence) tokens: \(Human.duration(step.seconds)), "
          + "\(Human.count(Int(step.tokensPerSecond))) tokens/s, \(Human.fixed(step.gigaflops, 0)) GFLOP/s, "
          + "\(Human.percent(step.gigaflops / peak)) of what products reach alone, "
          + "\(Human.bytes(step.peakTensorBytes)) in tensors")
    }
    Console.output("peak memory \(Human.bytes(peakMemoryBytes()))")
  }

  private func document(
    _ products: [ProductSpeed], _ full: TrainingStepSpeed, _ low: TrainingStepSpeed, _ peak: Double,
    _ precision: ElementType
  ) -> JSONValue {
    func object(_ step: TrainingStepSpeed) -> JSONValue {
      [
        "tokens_per_second": .double(step.tokensPerSecond), "seconds": .double(step.seconds),
        "gflops": .double(step.gigaflops), "share_of_products": .double(step.gigaflops / peak),
        "peak_tensor_bytes": .integer(step.peakTensorBytes),
      ]
    }
    return [
      "processor": .string(Processor.name), "threads": .integer(Threads.count),
      "precision": .string(precision.rawValue), "layer_products": .string(Self.layerProducts(precision)),
      "openblas_core": .string(OpenBLAS.core),
      "openblas": .string(OpenBLAS.configuration), "onednn": OneDNN.version.map { .string($0) } ?? .null,
      "bfloat16": .string(Self.bfloat16Note), "batch": .integer(batch), "sequence": .integer(sequence),
      "products": .array(
        products.map {
          [
            "name": .string($0.name), "m": .integer($0.m), "n": .integer($0.n), "k": .integer($0.k),
            "gflops": .double($0.gigaflops),
          ]
        }),
      "products_gflops": .double(peak),
      "training_step": object(full), "lora_step": object(low),
      "peak_memory_bytes": .integer(peakMemoryBytes()),
    ]
  }
}
