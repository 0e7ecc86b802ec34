import Diagnostics
import Foundation
import LanguageModels

extension ModelFiles {
  /// Refuses a model whose weights alone, with gradients and moments where they are trained, exceed the memory.
  ///
  /// - Throws: `UserError` of kind `recipe`.
  func checkMemory(trainable: Bool) throws {
    let available = availableMemory()
    // Weights, gradients and two moments, four bytes each; what is only read is at least two bytes.
    let bytesPerParameter = trainable ? 16 : 2
    let bytes = configuration.parameterCount?.multipliedReportingOverflow(by: bytesPerParameter)
    guard let bytes, !bytes.overflow, bytes.partialValue <= available else {
      let needed = bytes.flatMap { $0.overflow ? nil : "\($0.partialValue >> 20) MiB" } ?? "more than can be counted"
      throw UserError.recipe(
        "\(source?.path ?? "model.configuration"): weights"
          + (trainable ? ", gradients and moments" : "") + " need \(needed); this machine has \(available >> 20) MiB")
    }
  }
}

/// The memory that this process may use: the machine's, or the control group's where that is less.
func availableMemory() -> Int {
  let machine = Int(clamping: ProcessInfo.processInfo.physicalMemory)
  let limit = (try? String(contentsOfFile: "/sys/fs/cgroup/memory.max", encoding: .utf8))
    .flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  return min(machine, limit ?? machine)
}
