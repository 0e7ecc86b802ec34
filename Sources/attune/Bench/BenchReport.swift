import Foundation
import StrictJSON
import Tensors
import Training

/// What `attune bench` reports.
struct BenchReport {
  let precision: ElementType
  /// Examples in a step.
  let batch: Int
  /// Tokens in an example.
  let sequence: Int
  /// The matrix products of a full training step.
  let products: [ProductSpeed]
  /// A step of full fine-tuning.
  let fullStep: TrainingStepSpeed
  /// A step of LoRA.
  let loraStep: TrainingStepSpeed

  /// The speed of all products of a step together, in GFLOP/s.
  private var peak: Double { Benchmark.peak(of: products) }

  var text: String {
    let machine = [
      "processor   \(Processor.name), \(Threads.count) threads of \(Threads.available)",
      "layers      \(layerProducts)",
      "OpenBLAS    core \(OpenBLAS.core) (\(OpenBLAS.configuration.trimmingCharacters(in: .whitespaces)))",
      "bfloat16    \(Self.bfloat16Note)",
    ]
    let end = [line("full", fullStep), line("LoRA", loraStep), "peak memory \(Human.bytes(peakMemoryBytes()))"]
    return (machine + ["", productTable, ""] + end).joined(separator: "\n")
  }

  private var productTable: String {
    var table = Table(columns: [
      .left("product in \(precision.rawValue)"), .right("m × n × k"), .left("computed by"), .right("GFLOP/s"),
    ])
    for product in products {
      table.add([
        product.name, "\(product.m) × \(product.n) × \(product.k)", product.engine.rawValue,
        Human.fixed(product.gigaflops, 0),
      ])
    }
    table.add(["all of a step", "", "", Human.fixed(peak, 0)])
    return table.text
  }

  private func line(_ name: String, _ step: TrainingStepSpeed) -> String {
    "training step, \(name), \(batch) × \(sequence) tokens: \(Human.duration(step.seconds)), "
      + "\(Human.count(Int(step.tokensPerSecond))) tokens/s, \(Human.fixed(step.gigaflops, 0)) GFLOP/s, "
      + "\(Human.percent(step.gigaflops / peak)) of what products reach alone, "
      + "\(Human.bytes(step.peakTensorBytes)) in tensors"
  }

  var json: JSONValue {
    [
      "processor": .string(Processor.name), "threads": .integer(Threads.count),
      "precision": .string(precision.rawValue), "layer_products": .string(layerProducts),
      "openblas_core": .string(OpenBLAS.core),
      "kernels": .string(KernelSet.current.name), "openblas": .string(OpenBLAS.configuration),
      "bfloat16": .string(Self.bfloat16Note), "batch": .integer(batch), "sequence": .integer(sequence),
      "products": .array(
        products.map {
          [
            "name": .string($0.name), "m": .integer($0.m), "n": .integer($0.n), "k": .integer($0.k),
            "engine": .string($0.engine.rawValue), "gflops": .double($0.gigaflops),
          ]
        }),
      "products_gflops": .double(peak), "training_step": json(fullStep), "lora_step": json(loraStep),
      "peak_memory_bytes": .integer(peakMemoryBytes()),
    ]
  }

  private func json(_ step: TrainingStepSpeed) -> JSONValue {
    [
      "tokens_per_second": .double(step.tokensPerSecond), "seconds": .double(step.seconds),
      "gflops": .double(step.gigaflops), "share_of_products": .double(step.gigaflops / peak),
      "peak_tensor_bytes": .integer(step.peakTensorBytes),
    ]
  }

  /// What computes the products of entire layers.
  private var layerProducts: String {
    let name = KernelSet.current.name(for: precision)
    return name == "OpenBLAS" ? name : "Attune's loops for \(name)"
  }

  /// What bfloat16 gains on this machine.
  private static var bfloat16Note: String {
    ["avx512bf16", "amx"].contains(KernelSet.current.name(for: .bfloat16))
      ? "multiplied by the processor" : "widened to float32 for products: it saves memory but no time"
  }
}
