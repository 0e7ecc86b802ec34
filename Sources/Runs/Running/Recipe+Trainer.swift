import InstructionData
import Optimization
import Recipes
import Tensors
import Training

extension Recipe {
  /// Which examples make up each step.
  ///
  /// - Throws: `UserError` of kind `recipe` for weights, sizes and lengths that cannot be.
  func batchPlan(_ train: DataSet<some TrainingExample>) throws -> BatchPlan {
    try BatchPlan(
      mixture: Mixture(of: train, shuffles: data.shuffle, seed: UInt64(seed)),
      batchSize: training.batchSize, microBatchSize: training.microBatchSize, length: training.runLength)
  }

  /// The learning rate of every step.
  ///
  /// - Parameter learningRate: the largest one.
  func schedule(steps: Int, learningRate: Double) -> Optimization.Schedule {
    let decay = schedule.method
    switch schedule.warmup {
    case .steps(let warmup):
      return Optimization.Schedule(
        decay, peak: learningRate, warmupSteps: warmup, totalSteps: steps, finalFraction: schedule.finalFraction)
    case .fraction(let fraction):
      return Optimization.Schedule(
        decay, peak: learningRate, warmupFraction: fraction, totalSteps: steps, finalFraction: schedule.finalFraction)
    }
  }

  /// Whether the last step's learning rate is 0, so that it changes nothing.
  func endsWithoutLearning(steps: Int) -> Bool {
    schedule(steps: steps, learningRate: optimizer.learningRate).learningRate(step: steps) == 0
  }

  /// Refuses a run of one step that would change nothing.
  ///
  /// - Throws: `UserError` of kind `recipe`.
  func checkSchedule(steps: Int, at file: RecipeFile) throws {
    guard steps == 1, endsWithoutLearning(steps: 1) else { return }
    throw file.error(
      at: "schedule.final_fraction",
      "is 0 and the run has one step, whose learning rate would be 0; expected a number above 0, or method: constant.")
  }

  /// How often the trainer evaluates and saves, and where it stops.
  func trainerOptions<Element>() -> Trainer<Element>.Options {
    Trainer<Element>.Options(
      clipNorm: optimizer.clipNorm, updatesInBackward: optimizer.isInBackward, evaluateEvery: evaluation.every,
      checkpointEvery: checkpoint.every,
      maximumSkipped: training.maximumSkipped, patience: training.patience, seed: UInt64(seed))
  }
}

extension Recipe {
  /// The optimizer before its first step.
  var beginningOptimizer: AdamW {
    AdamW(
      betas: (optimizer.beta1, optimizer.beta2), epsilon: optimizer.epsilon, weightDecay: optimizer.weightDecay,
      moments: optimizer.moments, seed: UInt64(seed))
  }

  /// What each trained weight takes, at least, with its gradient and moments.
  var bytesPerTrainedWeight: Int {
    (model.master == .none ? 2 : 4) + (optimizer.isInBackward ? 0 : 4) + (optimizer.moments == .int8 ? 2 : 8)
  }

  /// What most of the trained weights are held in.
  var trainedType: ElementType { model.master == .none ? .bfloat16 : .float32 }

  /// How often a step goes through the model and back.
  var passesPerStep: Int { optimizer.isInBackward && optimizer.clipNorm != nil ? 2 : 1 }
}

extension Recipe.Training {
  /// How long the run is.
  var runLength: RunLength {
    switch length {
    case .epochs(let epochs): .epochs(Double(epochs))
    case .steps(let steps): .steps(steps)
    }
  }
}
