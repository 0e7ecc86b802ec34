import Autodiff
import InstructionData
import LanguageModels
import Optimization
import Tensors

/// What a micro-batch costs on this machine, in seconds.
public struct StepCost: Sendable, Equatable {
  /// Forward and backward pass.
  public var computation: Double
  /// The forward pass of the same examples as held-out ones.
  public var evaluation: Double

  /// Makes a cost.
  public init(computation: Double, evaluation: Double) {
    (self.computation, self.evaluation) = (computation, evaluation)
  }

  /// Measures a micro-batch: once to warm up, then up to five times, for little more than two seconds. The shortest time
  /// counts: whatever else a machine does only adds to it. No weight changes.
  ///
  /// - Parameter freesGradients: whether the run has no memory for all gradients, but frees each during the backward pass.
  public init<Element: TrainingExample>(
    measuring model: LanguageModel, _ parameters: [Parameter], _ objective: Objective<Element>,
    on microBatch: [Element], freesGradients: Bool = false
  ) {
    let pass = BackwardPass(objective: objective, model: model, microBatch: microBatch, parameters: parameters)
    let costs = measurements {
      let start = ContinuousClock.now
      if freesGradients {
        _ = pass.run { _, _, _ in }
      } else {
        _ = objective.addGradients(model, [microBatch]) { UInt64($0) }
      }
      let computed = ContinuousClock.now
      _ = objective.evaluate(model, microBatch)
      return StepCost(
        computation: (computed - start).inSeconds, evaluation: (ContinuousClock.now - computed).inSeconds)
    }
    for parameter in parameters { parameter.variable.clearGradient() }
    self.init(
      computation: costs.map(\.computation).min() ?? 0, evaluation: costs.map(\.evaluation).min() ?? 0)
  }

  /// Measures what happens once a step, however many micro-batches it has: the gradient's norm and the optimizer.
  ///
  /// - Parameters:
  ///   - count: the number of weights that are trained.
  ///   - type: what most of them are held in.
  ///   - beginning: the run's optimizer.
  /// - Returns: seconds.
  public static func update(of count: Int, in type: ElementType, by beginning: Optimizer) -> Double {
    let sample = min(max(1, count), 1 << 22)
    let weights = Variable(Tensor.zeros([sample], type), requiresGradient: true)
    let optimizerStep = OptimizerStep([Parameter("weights", weights)])
    var optimizer = beginning
    let seconds = measurements {
      weights.cast(to: .float32).sum().backward()
      let start = ContinuousClock.now
      _ = optimizerStep(StepSums(count: 1), learningRate: 1e-6, &optimizer)
      return (ContinuousClock.now - start).inSeconds
    }
    return (seconds.min() ?? 0) * Double(count) / Double(sample)
  }
}

extension StepCost {
  /// Every part of two costs together.
  public static func + (a: StepCost, b: StepCost) -> StepCost {
    StepCost(computation: a.computation + b.computation, evaluation: a.evaluation + b.evaluation)
  }

  /// What one costs more than the other, part by part; never below 0.
  public static func - (a: StepCost, b: StepCost) -> StepCost {
    StepCost(
      computation: max(0, a.computation - b.computation), evaluation: max(0, a.evaluation - b.evaluation))
  }

  /// Every part so many times.
  public static func * (cost: StepCost, factor: Double) -> StepCost {
    StepCost(computation: cost.computation * factor, evaluation: cost.evaluation * factor)
  }
}

/// Results of doing something up to five times, after a first time that does not count.
private func measurements<Result>(_ body: () -> Result) -> [Result] {
  _ = body()
  let start = ContinuousClock.now
  var results: [Result] = []
  while results.count < 5, results.isEmpty || (ContinuousClock.now - start).inSeconds < 2 { results.append(body()) }
  return results
}
