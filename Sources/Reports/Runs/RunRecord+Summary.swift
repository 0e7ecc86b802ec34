import Foundation
import StrictJSON

extension RunRecord {
  /// What a run is called: its folder's name.
  package var name: String { folder.lastPathComponent }

  /// The last step that was told.
  package var lastStep: Int { steps["step"]?.values.last.flatMap { Int(exactly: $0) } ?? 0 }

  /// The steps that the recipe asks for.
  package var plannedSteps: Int? { start["steps"]?.intValue }

  /// Whether the run has come to its end.
  package var isComplete: Bool { end != nil }

  /// Whether it ended because the held-out loss fell no more.
  package var isStoppedEarly: Bool { end?["stopped_early"]?.boolValue ?? false }

  /// The held-out loss of the result: the last one, or the best where the best weights were taken.
  package var heldOutLoss: Double? {
    guard let losses = evaluations["loss"] else { return nil }
    return end?["weights"]?.stringValue == "best" ? bestHeldOutLoss?.value ?? losses.values.last : losses.values.last
  }

  /// The lowest held-out loss behind a step of training.
  package var bestHeldOutLoss: (step: Double, value: Double)? {
    guard let losses = evaluations["loss"] else { return nil }
    return Series(zip(losses.steps, losses.values).filter { $0.0 > 0 }.map { ($0.0, $0.1) }).lowest
  }

  /// The held-out loss before the first step.
  package var firstHeldOutLoss: Double? {
    guard let losses = evaluations["loss"], losses.steps.first == 0 else { return nil }
    return losses.values.first
  }

  /// The training loss at the end, averaged over the last part of the run.
  package var trainingLoss: Double? { steps["loss"]?.smoothed.values.last }

  /// Weights that were trained.
  package var trainableParameters: Int? { start["trainable_parameters"]?.intValue }

  /// The largest resident memory, in bytes.
  package var peakMemoryBytes: Int? { steps["peak_memory_bytes"]?.values.max().flatMap { Int(exactly: $0) } }

  /// Tokens of all steps by the time they took.
  package var tokensPerSecond: Double? {
    guard let tokens = steps["tokens"], let seconds = steps["seconds"] else { return nil }
    let time = seconds.values.reduce(0, +)
    return time > 0 ? tokens.values.reduce(0, +) / time : nil
  }

  /// Wall time: of all sessions where they told it, else of the steps.
  package var totalSeconds: Double { seconds > 0 ? seconds : steps["seconds"]?.values.reduce(0, +) ?? 0 }

  /// Energy: what was counted, else what follows from watts that were stated; nil where neither is known.
  package func energy(statedWatts: Double?) -> EnergyUse? {
    if let joules { return EnergyUse(joules: joules, seconds: totalSeconds) }
    return statedWatts.map { EnergyUse(watts: $0, seconds: totalSeconds) }
  }
}
