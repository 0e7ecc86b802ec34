import Runs
import StrictJSON
import Tensors

extension BenchReport {
  /// The report for programs.
  var json: JSONValue {
    [
      "processor": .string(Processor.name), "threads": .integer(Threads.count),
      "precision": .string(precision.rawValue), "layer_products": .string(layerProducts),
      "kernels": .string(KernelSet.current.name), "kernels_requested": Self.request.map { .string($0) } ?? .null,
      "openblas_core": .string(OpenBLAS.core), "openblas": .string(OpenBLAS.configuration),
      "bfloat16": .string(Self.bfloat16Note), "memory_bytes_per_second": Self.number(bandwidth),
      "batch": .integer(batch), "sequence": .integer(sequence), "kernel_speeds": .array(kernels.map(json)),
      "products": .array(products.map(json)), "products_gflops": .double(productsSpeed),
      "products_share_of_peak": Self.number(share(productsSpeed)), "training_step": json(fullStep),
      "lora_step": json(loraStep), "generation": .array(generation.map(json)),
      "peak_memory_bytes": .integer(peakMemory),
    ]
  }

  private func json(_ speed: KernelSpeed) -> JSONValue {
    [
      "name": .string(speed.kernels.name), "precision": .string(speed.elementType.rawValue),
      "code": .string(speed.name), "available": .bool(speed.kernels.isAvailable), "chosen": .bool(speed.isChosen),
      "peak_gflops": Self.number(speed.peakGigaflops), "gflops": Self.number(speed.gigaflops),
    ]
  }

  private func json(_ product: ProductSpeed) -> JSONValue {
    [
      "name": .string(product.name), "m": .integer(product.m), "n": .integer(product.n), "k": .integer(product.k),
      "engine": .string(product.engine.rawValue), "gflops": .double(product.gigaflops),
      "share_of_peak": Self.number(share(product.gigaflops)),
    ]
  }

  private func json(_ step: TrainingStepSpeed) -> JSONValue {
    [
      "tokens_per_second": .double(step.tokensPerSecond), "seconds": .double(step.seconds),
      "gflops": .double(step.gigaflops), "share_of_products": .double(step.gigaflops / productsSpeed),
      "peak_tensor_bytes": .integer(step.peakTensorBytes), "serial_share": .double(step.profile.serialShare),
      "bounds": .array(
        Self.manyThreads.map { ["threads": .integer($0), "speed": .double(step.profile.bound(threads: $0))] }),
      "sections": .array(
        step.profile.sections.map {
          [
            "place": .string($0.place), "pieces": .integer($0.pieces), "calls": .integer($0.calls),
            "share": .double($0.seconds / step.profile.seconds),
          ]
        }),
    ]
  }

  private func json(_ speed: GenerationSpeed) -> JSONValue {
    [
      "sequences": .integer(speed.sequences), "tokens_per_second": .double(speed.tokensPerSecond),
      "weight_bytes_per_token": .double(speed.weightBytesPerToken), "bytes_per_second": .double(speed.bytesPerSecond),
      "share_of_memory": Self.number(share(speed)),
    ]
  }

  private static func number(_ value: Double?) -> JSONValue { value.map { .double($0) } ?? .null }
}
