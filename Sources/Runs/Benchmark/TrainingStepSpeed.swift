import InstructionData
import LanguageModels
import Optimization
import Tensors
import Training

/// The speed of a training step.
public struct TrainingStepSpeed: Sendable {
  /// Tokens a second, of the median step.
  public let tokensPerSecond: Double
  /// Seconds of the median step.
  public let seconds: Double
  /// 10⁹ multiplications and additions a second that the step's mathematics asks for: recomputation is not counted.
  public let gigaflops: Double
  /// The largest memory of tensors while it ran, in bytes.
  public let peakTensorBytes: Int
  /// What of the fastest step threads shared.
  public let profile: ThreadsProfile
}

extension Benchmark {
  /// A training step, all tokens trained on: three steps to warm up, then the median of five.
  public func trainingStep(
    _ training: BenchmarkedTraining, onProgress: (String) -> Void = { _ in }
  ) throws -> TrainingStepSpeed {
    let model = LanguageModel(
      randomly: configuration, seed: 1, precision: precision, trainable: !training.isFrozen)
    let parameters = try training.parameters(of: model)
    MemoryPool.shared.resetPeak()
    var optimizer = Optimizer()
    let optimizerStep = OptimizerStep(parameters)
    var stream = RandomStream(seed: 1, purpose: "benchmark")
    let examples = (0..<batch).map { _ in
      // One token more than is fed: the last one is only predicted.
      Example(
        tokens: randomTokens(sequence + 1, &stream), trained: [1..<sequence + 1],
        origin: ExampleOrigin(source: 0, line: 0))
    }
    var profiles: [ThreadsProfile] = []
    for step in 1...8 {
      onProgress("step \(step) of 8")
      let profile = ThreadsProfile.measure {
        let sums = Objective<Example>.supervised.addGradients(model, [examples]) { UInt64($0) }
        _ = optimizerStep(sums, learningRate: 1e-4, &optimizer)
      }.profile
      if step > 3 { profiles.append(profile) }
    }
    profiles.sort { $0.seconds < $1.seconds }
    let median = profiles[profiles.count / 2].seconds
    return TrainingStepSpeed(
      tokensPerSecond: Double(tokens) / median, seconds: median,
      gigaflops: operations(of: training, parameters) / median / 1e9, peakTensorBytes: MemoryPool.shared.peakBytes,
      profile: profiles[0])
  }

  /// Multiplications and additions of a training step: 6 or 4 a weight and token, 6 a weight of an adapter, and the
  /// causal half of attention's two products, three times.
  private func operations(of training: BenchmarkedTraining, _ parameters: [Parameter]) -> Double {
    let attention = configuration.layers.reduce(0) { $0 + Double($1.attention.queryWidth) }
    let own = training.isFrozen ? parameters.reduce(0) { $0 + $1.variable.shape.count } : 0
    return Double(tokens)
      * (training.operationsPerWeight * productWeights + 6 * Double(own) + 6 * Double(sequence) * attention)
  }
}
