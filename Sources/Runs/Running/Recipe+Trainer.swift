import InstructionData
import Optimization
import Recipes
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
      clipNorm: optimizer.clipNorm, evaluateEvery: evaluation.every, checkpointEvery: checkpoint.every,
      maximumSkipped: training.maximumSkipped, patience: training.patience, seed: UInt64(seed))
  }
}

extension Recipe.Optimizer {
  /// The optimizer before its first step.
  var beginning: Training.Optimizer {
    Training.Optimizer(betas: (beta1, beta2), epsilon: epsilon, weightDecay: weightDecay)
  }
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
