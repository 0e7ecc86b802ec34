import Autodiff
import Diagnostics
import InstructionData
import LanguageModels
import Optimization
import Tensors

extension Trainer {
  /// Why the run ends after too many skipped steps: a weight that is not finite, or the records that caused it.
  func tooManySkipped(_ examples: [Element]) -> UserError {
    let beginning =
      "step \(state.step): the loss or its gradient was not finite in \(state.skippedInARow) steps in a row "
      + "(training.max_skipped is \(options.maximumSkipped)); "
    if let name = model.weightNotFinite {
      return .training(
        beginning + "the weight '\(name)' holds values that are not finite, which spoils every loss. Start over from a "
          + "model without them, or with a lower optimizer.learning_rate if training produced them")
    }
    let culprits = examples.filter { !isFinite($0) }
    let places = (culprits.isEmpty ? examples : culprits).prefix(4).map { example in
      "\(data.sources[example.origin.source].source.path):\(example.origin.line)"
    }
    return .training(
      beginning
        + (culprits.isEmpty ? "each record of the last step is finite alone: " : "in the last step it came from ")
        + places.joined(separator: ", ") + ". Look at these records, or lower optimizer.learning_rate")
  }

  /// Whether the loss of one example and its gradient are finite.
  private func isFinite(_ example: Element) -> Bool {
    let loss = objective.loss(model, [example])
    loss.sum.backward()
    defer { for parameter in parameters { parameter.variable.clearGradient() } }
    return loss.sum.scalar.isFinite && globalNorm(of: parameters).isFinite
  }

  /// Refuses to save weights that training itself has made not finite: the previous checkpoint is better.
  ///
  /// - Parameter exempt: weights that were not finite from the start.
  /// - Throws: `UserError` of kind `training`.
  func checkWeights(except exempt: Set<String>) throws {
    guard let broken = parameters.first(where: { !exempt.contains($0.name) && !$0.variable.value.isFinite }) else {
      return
    }
    throw UserError.training(
      "step \(state.step): the weight '\(broken.name)' is no longer finite, so this state is not saved; lower "
        + "optimizer.learning_rate, or set optimizer.clip_norm")
  }

  /// The trained weights that are not finite.
  var weightsNotFinite: Set<String> {
    Set(parameters.filter { !$0.variable.value.isFinite }.map(\.name))
  }
}
