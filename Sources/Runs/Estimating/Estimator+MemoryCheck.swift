import Diagnostics
import Recipes
import Reports
import Tensors
import Training

extension Estimator {
  /// Refuses a run that would exceed the memory, before anything large is read.
  ///
  /// The estimate is good to a tenth: a run that may just fit is not refused.
  ///
  /// - Returns: the memory that the run will take.
  /// - Throws: `UserError` of kind `recipe` that says what to change.
  func checkMemory(of recipe: Recipe) throws -> MemoryEstimate {
    OpenBLAS.prepare()
    let limit = SystemMemory.limit
    let resident = SystemMemory.resident
    func estimated(_ recipe: Recipe) throws -> MemoryEstimate {
      MemoryEstimate(tensors: try memory(of: recipe), resident: resident)
    }
    let estimate = try estimated(recipe)
    if Double(estimate.peak) <= 1.1 * Double(limit) { return estimate }
    var fitting: [String] = []
    for variation in recipe.smallerVariations {
      let changed = try estimated(variation.recipe)
      if changed.fits(in: limit) {
        fitting.append("\(variation.changes.joined(separator: " ")) (\(Human.bytes(changed.peak)))")
      }
    }
    let tensors = estimate.tensors
    throw UserError.recipe(
      "this run needs about \(Human.bytes(estimate.peak)), and \(Human.bytes(limit)) are available"
        + (AddressSpace.current.map { " (`ulimit -v` allows \(Human.bytes($0.limit)) of addresses)" } ?? "")
        + ": weights "
        + "\(Human.bytes(tensors.weights)), gradients \(Human.bytes(tensors.gradients)), moments "
        + "\(Human.bytes(tensors.moments)), activations \(Human.bytes(tensors.activations)), the rest "
        + "\(Human.bytes(tensors.buffers + estimate.program)). "
        + (fitting.isEmpty
          ? "No change of training.micro_batch_size, model.precision, model.master, model.activation_checkpointing, "
            + "optimizer.moments or adapter makes it fit: use a smaller model, or a lower data.max_length"
          : "What would fit: \(fitting.prefix(3).joined(separator: ", ")). `attune estimate` shows all"))
  }
}
