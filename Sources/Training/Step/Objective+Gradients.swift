import Autodiff
import LanguageModels
import Tensors

extension Objective {
  /// Adds the gradients of one optimizer step, micro-batch by micro-batch.
  ///
  /// - Parameter dropoutSeed: seeds the dropout of a micro-batch, by its index.
  /// - Returns: what the micro-batches add up to.
  public func addGradients(
    _ model: LanguageModel, _ microBatches: [[Element]], dropoutSeed: (_ index: Int) -> UInt64
  ) -> StepSums {
    var sums = StepSums()
    let lossOfPart = TensorLifetime.passing { begin(model, microBatches.flatMap { $0 }) }
    TensorLifetime.$ofGradients.withValue(microBatches.count == 1 ? .passing : .lasting) {
      for (index, microBatch) in microBatches.enumerated() {
        model.dropoutSeed = dropoutSeed(index)
        TensorLifetime.passing {
          let loss = lossOfPart(microBatch)
          loss.sum.backward()
          sums.add(loss)
        }
      }
    }
    return sums
  }
}
