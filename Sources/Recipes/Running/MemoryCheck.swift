import Diagnostics
import LanguageModels
import Tensors

extension ModelFiles {
  /// Refuses a model whose weights alone, with gradients and moments where they are trained, exceed the memory.
  ///
  /// - Throws: `UserError` of kind `recipe`.
  func checkMemory(trainable: Bool) throws {
    let available = SystemMemory.limit
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
