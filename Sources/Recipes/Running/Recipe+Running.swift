import Diagnostics
import Inference
import InstructionData
import LanguageModels
import Optimization
import Tensors
import Training

extension Recipe {
  /// The files of the recipe's model, with a reward model's head if the task needs one.
  ///
  /// - Throws: `UserError` of kind `file`.
  public func modelFiles(at file: RecipeFile) throws -> ModelFiles {
    switch model.source {
    case .path(let path): try fitted(ModelFiles(path: path))
    case .configuration(let object, let tokenizer):
      try fitted(
        ModelFiles(
          configuration: object, tokenizer: tokenizer,
          place: "\(file.place(of: "model.configuration")): model.configuration"))
    }
  }

  /// A model's files with the head that the task needs and the date that templates read.
  ///
  /// - Throws: `UserError` of kind `file`.
  func fitted(_ files: ModelFiles) throws -> ModelFiles {
    var files = files
    files.day = data.date
    if objective.task.head == .score { return try files.asRewardModel(seed: UInt64(seed)) }
    try files.requireLanguageModel()
    return files
  }

  /// What the recipe asks for that its objective cannot do.
  public func unsupported(at file: RecipeFile) -> [UserError] {
    guard objective.task.head == .score else { return [] }
    let reason = "a reward model scores answers and writes none; leave it out"
    return (evaluation.generate ? [file.error(at: "evaluation.generate", reason)] : [])
      + (evaluation.prompts.isEmpty ? [] : [file.error(at: "evaluation.prompts", reason)])
  }

  /// What is no mistake but should be known about the model, these records and the length of the run.
  ///
  /// - Parameter steps: how many steps the run has; nil if nothing is trained.
  public func warnings(
    about configuration: DecoderConfiguration, _ reports: [SourceReport], steps: Int? = nil
  ) -> [String] {
    var warnings: [String] = []
    if case .steps(let warmup) = schedule.warmup, let steps, warmup > steps {
      warnings.append(
        "schedule.warmup_steps is \(warmup) and the run has \(steps) step\(steps == 1 ? "" : "s"): the learning rate "
          + "ends before it has reached its peak; expected a tenth of the steps or less")
    }
    let longest = min(data.maxLength, reports.map(\.longest).max() ?? 0)
    let learned = adapter?.contextLength ?? 0
    if learned + longest > configuration.maximumPositions {
      warnings.append(
        (learned > 0
          ? "the adapter's \(learned) positions and the longest example's \(longest) tokens are together \(learned + longest)"
          : "the longest example has \(longest) tokens")
          + ", more than the model's max_position_embeddings of \(configuration.maximumPositions); "
          + "positions beyond it were never trained")
    }
    for report in reports where report.equalAnswers > 0 {
      warnings.append(
        "\(report.path): in \(report.equalAnswers) of \(report.examples) pairs both answers are equal; these teach "
          + "nothing about what is better")
    }
    return warnings
  }

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

  /// How often the trainer evaluates and saves, and where it stops.
  func trainerOptions<Element>() -> Trainer<Element>.Options {
    Trainer<Element>.Options(
      clipNorm: optimizer.clipNorm, evaluateEvery: evaluation.every, checkpointEvery: checkpoint.every,
      maximumSkipped: training.maxSkipped, patience: training.patience, seed: UInt64(seed))
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
