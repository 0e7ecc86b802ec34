import Inference
import LanguageModels
import Tensors

/// The speed of generation.
public struct GenerationSpeed: Sendable {
  /// Sequences that are continued together.
  public let sequences: Int
  /// Tokens a second of all sequences together, the reading of the prompts left out.
  public let tokensPerSecond: Double
  /// Bytes of weights for each token: a pass reads all weights of products once, for all sequences.
  public let weightBytesPerToken: Double

  /// The bytes of weights that are read in a second.
  public var bytesPerSecond: Double { tokensPerSecond * weightBytesPerToken }
}

extension Benchmark {
  /// Greedy generation of 64 tokens after prompts of 8, or of as many as two seconds allow.
  public func generation(sequences: Int) -> GenerationSpeed {
    let model = LanguageModel(randomly: configuration, seed: 1, precision: precision, trainable: false)
    var stream = RandomStream(seed: 1, purpose: "benchmark")
    let requests = (0..<sequences).map { _ in
      GenerationRequest(prompt: randomTokens(8, &stream), maximumNewTokens: 64, stop: .never)
    }
    return TensorLifetime.passing {
      var generator = Generator(model, requests)
      generator.step(onToken: { _, _ in }, onEnd: { _, _ in })
      let start = ContinuousClock.now
      var tokens = 0
      while !generator.isFinished, ContinuousClock.now - start < .seconds(2) {
        generator.step(onToken: { _, _ in tokens += 1 }, onEnd: { _, _ in })
      }
      return GenerationSpeed(
        sequences: sequences, tokensPerSecond: Double(tokens) / ((ContinuousClock.now - start) / .seconds(1)),
        weightBytesPerToken: productWeights * Double(precision.byteCount) / Double(sequences))
    }
  }
}
