import Autodiff
import LanguageModels

extension Objective {
  /// Adds the gradients of one optimizer step, micro-batch by micro-batch.
  ///
  /// - Parameter dropoutSeed: what dropout draws from in a micro-batch, by its index.
  /// - Returns: the sum of the losses, what it is divided by in the end, and what preferences tell besides.
  public func addGradients(
    _ model: LanguageModel, _ microBatches: [[Element]], dropoutSeed: (_ index: Int) -> UInt64
  ) -> (sum: Double, count: Int, preferences: PreferenceSums?) {
    var (sum, count) = (0.0, 0)
    var preferences: PreferenceSums?
    let lossOfPart = begin(model, microBatches.flatMap { $0 })
    for (index, microBatch) in microBatches.enumerated() {
      model.dropoutSeed = dropoutSeed(index)
      let loss = lossOfPart(microBatch)
      loss.sum.backward()
      sum += Double(loss.sum.scalar)
      count += loss.count
      if let more = loss.preferences { preferences = (preferences ?? PreferenceSums()) + more }
    }
    return (sum, count, preferences)
  }
}
