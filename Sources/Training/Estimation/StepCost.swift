import Autodiff
import InstructionData
import LanguageModels
import Optimization

/// What the parts of a training step cost on this machine, in seconds.
public struct StepCost: Sendable, Equatable {
  /// Forward and backward pass of a micro-batch.
  public var computation: Double
  /// What happens once a step, whatever its micro-batches: the gradient's norm and the optimizer.
  public var update: Double
  /// The forward pass of the same micro-batch as held-out examples.
  public var evaluation: Double

  /// Notes costs.
  public init(computation: Double, update: Double, evaluation: Double) {
    (self.computation, self.update, self.evaluation) = (computation, update, evaluation)
  }

  /// Measures them: once to warm up, then up to three times, but no longer than a second or two; the median counts.
  public init<Element: TrainingExample>(
    measuring model: LanguageModel, _ parameters: [Parameter], _ objective: Objective<Element>,
    on microBatch: [Element]
  ) {
    var optimizer = AdamW()
    func step() -> StepCost {
      let start = ContinuousClock.now
      let (_, count, _) = objective.addGradients(model, [microBatch]) { UInt64($0) }
      let computed = ContinuousClock.now
      let scale = clippingFactor(norm: globalNorm(of: parameters) / Double(count), limit: 1) / Double(count)
      optimizer.step(parameters, learningRate: 1e-6, gradientScale: scale)
      for parameter in parameters { parameter.variable.clearGradient() }
      let updated = ContinuousClock.now
      _ = objective.evaluate(model, microBatch)
      return StepCost(
        computation: (computed - start).inSeconds, update: (updated - computed).inSeconds,
        evaluation: (ContinuousClock.now - updated).inSeconds)
    }
    _ = step()
    let start = ContinuousClock.now
    var costs: [StepCost] = []
    while costs.count < 3, costs.isEmpty || (ContinuousClock.now - start).inSeconds < 1 { costs.append(step()) }
    func median(_ part: (StepCost) -> Double) -> Double { costs.map(part).sorted()[costs.count / 2] }
    self.init(
      computation: median(\.computation), update: median(\.update), evaluation: median(\.evaluation))
  }
}

extension StepCost {
  /// Every part of two costs together.
  public static func + (a: StepCost, b: StepCost) -> StepCost {
    StepCost(
      computation: a.computation + b.computation, update: a.update + b.update, evaluation: a.evaluation + b.evaluation)
  }

  /// What one costs more than the other, part by part; never less than nothing.
  public static func - (a: StepCost, b: StepCost) -> StepCost {
    StepCost(
      computation: max(0, a.computation - b.computation), update: max(0, a.update - b.update),
      evaluation: max(0, a.evaluation - b.evaluation))
  }

  /// Every part so many times.
  public static func * (cost: StepCost, factor: Double) -> StepCost {
    StepCost(
      computation: cost.computation * factor, update: cost.update * factor, evaluation: cost.evaluation * factor)
  }
}
