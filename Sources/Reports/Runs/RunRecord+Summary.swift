import Foundation
import StrictJSON

extension RunRecord {
  /// The name of the run, which is that of its folder.
  package var name: String { folder.lastPathComponent }

  /// The last reported step.
  package var lastStep: Int { steps["step"]?.values.last.flatMap { Int(exactly: $0) } ?? 0 }

  /// The number of steps that the recipe asks for.
  package var plannedSteps: Int? { start["steps"]?.intValue }

  /// Whether the run has reached its end.
  package var isComplete: Bool { end != nil }

  /// Whether it ended because the held-out loss stopped falling.
  package var isStoppedEarly: Bool { end?["stopped_early"]?.boolValue ?? false }

  /// The held-out loss of the result: the last one, or the best if the result has the best weights.
  package var heldOutLoss: Double? {
    guard let losses = evaluations["loss"] else { return nil }
    return end?["weights"]?.stringValue == "best" ? bestHeldOutLoss?.value ?? losses.values.last : losses.values.last
  }

  /// The lowest held-out loss after a training step.
  package var bestHeldOutLoss: (step: Double, value: Double)? {
    guard let losses = evaluations["loss"] else { return nil }
    return Series(zip(losses.steps, losses.values).filter { $0.0 > 0 }.map { ($0.0, $0.1) }).lowest
  }

  /// The held-out loss before the first step.
  package var firstHeldOutLoss: Double? {
    guard let losses = evaluations["loss"], losses.steps.first == 0 else { return nil }
    return losses.values.first
  }

  /// The training loss at the end, averaged over the last steps.
  package var trainingLoss: Double? { steps["loss"]?.smoothed.values.last }

  /// The number of trained parameters.
  package var trainableParameters: Int? { start["trainable_parameters"]?.intValue }

  /// The peak resident memory in bytes.
  package var peakMemoryBytes: Int? { steps["peak_memory_bytes"]?.values.max().flatMap { Int(exactly: $0) } }

  /// The number of tokens of all steps divided by their time.
  package var tokensPerSecond: Double? {
    guard let tokens = steps["tokens"], let seconds = steps["seconds"] else { return nil }
    let time = seconds.values.reduce(0, +)
    return time > 0 ? tokens.values.reduce(0, +) / time : nil
  }

  /// The wall time in seconds: of all sessions if they reported it, otherwise of the steps.
  package var totalSeconds: Double { seconds > 0 ? seconds : steps["seconds"]?.values.reduce(0, +) ?? 0 }

  /// The energy: measured, otherwise computed from the stated watts; nil if neither is known.
  package func energy(statedWatts: Double?) -> EnergyUse? {
    if let joules { return EnergyUse(joules: joules, seconds: totalSeconds) }
    return statedWatts.map { EnergyUse(watts: $0, seconds: totalSeconds) }
  }
}
