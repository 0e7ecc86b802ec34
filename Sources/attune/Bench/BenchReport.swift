import Foundation
import Runs
import Tensors

/// What `attune bench` reports.
struct BenchReport {
  let precision: ElementType
  /// Examples in a step.
  let batch: Int
  /// Tokens in an example.
  let sequence: Int
  /// What each body of code that computes products reaches.
  let kernels: [KernelSpeed]
  /// The matrix products of a full training step.
  let products: [ProductSpeed]
  /// A step of full fine-tuning.
  let fullStep: TrainingStepSpeed
  /// A step of LoRA.
  let loraStep: TrainingStepSpeed
  /// Generation of one sequence, and of several together.
  let generation: [GenerationSpeed]
  /// The largest memory of the process until here.
  let peakMemory: Int
  /// Bytes a second that all threads read from memory; nil where it was not measured.
  let bandwidth: Double?

  /// The numbers of threads for which a step's bound is reported.
  static let manyThreads = [16, 64]
  /// The pieces that a section should have for so many threads.
  static let enoughPieces = 64

  /// The speed of all products of a step together, in GFLOP/s.
  var productsSpeed: Double { Benchmark.speed(of: products) }

  /// The peak of the code that computes products in this precision, in GFLOP/s: OpenBLAS may use what the best loops use.
  var peak: Double? {
    let peaks = kernels.filter { $0.elementType == precision && $0.peakGigaflops != nil }
    return peaks.first { $0.isChosen && $0.name != ProductEngine.openBLAS.rawValue }?.peakGigaflops
      ?? peaks.compactMap(\.peakGigaflops).max()
  }

  /// A product's share of the peak.
  func share(_ gigaflops: Double) -> Double? { peak.map { gigaflops / $0 } }

  /// The share of the memory's bandwidth that generation uses.
  func share(_ speed: GenerationSpeed) -> Double? { bandwidth.map { speed.bytesPerSecond / $0 } }

  /// What `ATTUNE_KERNELS` asks for.
  static var request: String? { ProcessInfo.processInfo.environment["ATTUNE_KERNELS"] }

  /// What computes the products of entire layers.
  var layerProducts: String {
    let name = KernelSet.current.name(for: precision)
    return name == ProductEngine.openBLAS.rawValue ? name : "Attune's loops for \(name)"
  }

  /// What bfloat16 gains on this machine.
  static var bfloat16Note: String {
    ["avx512bf16", "amx"].contains(KernelSet.current.name(for: .bfloat16))
      ? "multiplied by the processor" : "widened to float32 for products: it saves memory but no time"
  }
}
