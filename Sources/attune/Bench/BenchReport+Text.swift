import Foundation
import Runs
import Tensors

extension BenchReport {
  /// The report for people.
  var text: String {
    let machine = [
      "processor   \(Processor.name), \(Threads.count) threads of \(Threads.available)",
      "kernels     \(KernelSet.current.name)\(Self.request.map { " (ATTUNE_KERNELS=\($0))" } ?? "")",
      "layers      \(layerProducts)",
      "OpenBLAS    core \(OpenBLAS.core) (\(OpenBLAS.configuration.trimmingCharacters(in: .whitespaces)))",
      "bfloat16    \(Self.bfloat16Note)",
      "memory      \(bandwidth.map { "\(Self.gigabytes($0)) read by all threads" } ?? "not measured")",
    ]
    let steps = lines("full", fullStep) + lines("LoRA", loraStep)
    let end = generation.map(line) + ["peak memory \(Human.bytes(peakMemory))"]
    return (machine + ["", kernelTable, "", productTable, ""] + steps + end).joined(separator: "\n")
  }

  private var kernelTable: String {
    var table = Table(columns: [
      .left("kernels"), .left("factors"), .left("computed by"), .right("peak, GFLOP/s"),
      .right("1024 × 768 × 768, GFLOP/s"), .right("of peak"), .left(""),
    ])
    for speed in kernels {
      table.add([
        speed.kernels.name, speed.elementType.rawValue, speed.name,
        speed.peakGigaflops.map { Human.fixed($0, 0) } ?? "—", speed.gigaflops.map { Human.fixed($0, 0) } ?? "—",
        speed.name == ProductEngine.openBLAS.rawValue ? "—" : Self.percent(speed.gigaflops, of: speed.peakGigaflops),
        speed.isChosen ? "in use" : speed.kernels.isAvailable ? "" : "not on this machine",
      ])
    }
    return table.text
  }

  private var productTable: String {
    var table = Table(columns: [
      .left("product in \(precision.rawValue)"), .right("m × n × k"), .left("computed by"), .right("GFLOP/s"),
      .right("of peak"),
    ])
    for product in products {
      table.add([
        product.name, "\(product.m) × \(product.n) × \(product.k)", product.engine.rawValue,
        Human.fixed(product.gigaflops, 0), Self.percent(product.gigaflops, of: peak),
      ])
    }
    table.add(["all of a step", "", "", Human.fixed(productsSpeed, 0), Self.percent(productsSpeed, of: peak)])
    return table.text
  }

  private func lines(_ name: String, _ step: TrainingStepSpeed) -> [String] {
    let bounds = Self.manyThreads.map { "\(Human.fixed(step.profile.bound(threads: $0), 1)) with \($0)" }
    let few = step.profile.sections.filter { $0.pieces > 1 && $0.pieces < Self.enoughPieces }
    let time = few.reduce(0) { $0 + $1.seconds }
    let longest = few.prefix(4).map {
      "\($0.place) \($0.pieces) (\(Human.percent($0.seconds / step.profile.seconds)))"
    }
    return [
      "training step, \(name), \(batch) × \(sequence) tokens: \(Human.duration(step.seconds)), "
        + "\(Human.count(Int(step.tokensPerSecond))) tokens/s, \(Human.fixed(step.gigaflops, 0)) GFLOP/s, "
        + "\(Human.percent(step.gigaflops / productsSpeed)) of what products reach alone, "
        + "\(Human.bytes(step.peakTensorBytes)) in tensors",
      "  one thread alone: \(Human.percent(step.profile.serialShare)) of it; times the speed of one thread, at most: "
        + bounds.joined(separator: ", ") + " threads",
      "  in fewer than \(Self.enoughPieces) pieces: \(Human.percent(time / step.profile.seconds)) of it"
        + (longest.isEmpty ? "" : ", the longest: " + longest.joined(separator: ", ")),
    ]
  }

  private func line(_ speed: GenerationSpeed) -> String {
    let sequences = speed.sequences == 1 ? "one sequence" : "\(speed.sequences) sequences"
    let share = share(speed).map { ", \(Human.percent($0)) of the memory's speed" } ?? ""
    return "generation, \(sequences): \(Human.fixed(speed.tokensPerSecond, 1)) tokens/s, "
      + "\(Human.bytes(Int(speed.weightBytesPerToken))) of weights a token, "
      + "\(Self.gigabytes(speed.bytesPerSecond))\(share)"
  }

  private static func gigabytes(_ bytesPerSecond: Double) -> String { "\(Human.fixed(bytesPerSecond / 1e9, 1)) GB/s" }

  private static func percent(_ speed: Double?, of peak: Double?) -> String {
    guard let speed, let peak else { return "—" }
    return Human.percent(speed / peak)
  }
}
