import Autodiff
import InstructionData
import LanguageModels
import Optimization
import Tensors

/// What the tensors of a training run take in memory at most, in bytes, and what for.
public struct TrainingMemory: Sendable, Equatable {
  /// All weights as they are held, with the bfloat16 copies of those that are trained in float32 where products read
  /// bfloat16.
  public let weights: Int
  /// The gradients of what is trained, in float32: the largest one where they are freed during the backward pass.
  public let gradients: Int
  /// The optimizer's two averages of what is trained.
  public let moments: Int
  /// What the forward and backward pass, an evaluation or an answer needs beside these at the peak.
  public let activations: Int
  /// What lies between tensors: memory is handed out in whole pages and freed in pieces.
  public let buffers: Int

  /// The number of weights that are trained.
  public let trainedCount: Int

  /// All of it.
  public var total: Int { weights + gradients + moments + activations + buffers }
}

extension TrainingMemory {
  /// Rehearses a run: goes through what a ``Trainer`` computes, without computing it.
  ///
  /// - Parameters:
  ///   - steps: the examples of some optimizer steps, micro-batch by micro-batch; the largest decide.
  ///   - evaluations: held-out examples as they are evaluated together; the largest decide.
  ///   - optimizer: the run's, before its first step.
  ///   - updatesInBackward: whether a step of one micro-batch frees each gradient during the backward pass.
  ///   - answer: what the run computes with the model besides: answers to prompts.
  ///   - prepare: makes the model with what is attached to it, and says what is trained.
  public init<Element: TrainingExample>(
    rehearsing steps: [[[Element]]], evaluations: [[Element]], _ objective: Objective<Element>,
    optimizer beginning: Optimizer = Optimizer(), updatesInBackward: Bool = false,
    answer: (LanguageModel) -> Void = { _ in },
    prepare: () throws -> (model: LanguageModel, parameters: [Parameter])
  ) rethrows {
    let pool = MemoryPool(forRehearsal: ())
    (weights, gradients, moments, trainedCount) = try Rehearsal.run(in: pool) {
      let (model, parameters) = try prepare()
      let held = pool.usedBytes
      let optimizerStep = OptimizerStep(parameters, isInBackward: updatesInBackward)
      var optimizer = beginning
      for microBatches in steps {
        _ = optimizerStep(objective, model, microBatches, learningRate: 0, &optimizer) { UInt64($0) }
      }
      // The moments are there while the model is evaluated and answers.
      for examples in evaluations { _ = TensorLifetime.passing { objective.evaluate(model, examples) } }
      answer(model)
      let counts = parameters.map(\.variable.shape.count)
      let copied = parameters.filter { $0.variable.shape.rank > 1 && $0.variable.elementType == .float32 }
        .reduce(0) { $0 + $1.variable.shape.count }
      let trained = counts.reduce(0, +)
      let freed = updatesInBackward && steps.allSatisfy { $0.count == 1 }
      return (
        held + (model.precision == .bfloat16 ? 2 * copied : 0), 4 * (freed ? counts.max() ?? 0 : trained),
        optimizer.moments.values.reduce(0) { $0 + $1.byteCount }, trained
      )
    }
    activations = max(0, pool.peakBytes - weights - gradients - moments)
    buffers = max(0, pool.residentBytes - weights - gradients - moments - activations)
  }
}
