/// How an answer is written: how long it may become, and how each of its tokens is chosen.
public struct SamplingOptions: Sendable, Equatable {
  /// The most tokens to write.
  public var maximumNewTokens: Int
  /// 0 takes the most likely token; 1 samples from the model's distribution; more flattens it.
  public var temperature: Double
  /// Sample from the k most likely tokens only.
  public var topK: Int?
  /// Sample from the fewest most likely tokens that hold this share of the probability (1904.09751).
  public var topP: Double?
  /// Decides the samples.
  public var seed: UInt64

  /// Greedy by default.
  public init(
    maximumNewTokens: Int = 128, temperature: Double = 0, topK: Int? = nil, topP: Double? = nil, seed: UInt64 = 0
  ) {
    self.maximumNewTokens = maximumNewTokens
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.seed = seed
  }
}
