/// How an answer is written: how long it may become, and how each of its tokens is chosen.
///
/// The limits apply in transformers' order: repetition penalty, temperature, top-k, top-p, min-p; each of the last three
/// sees the probabilities that the ones before it left.
public struct SamplingOptions: Sendable, Equatable {
  /// The most tokens to write.
  public var maximumNewTokens: Int
  /// 0 takes the most likely token; 1 samples from the model's distribution; more flattens it.
  public var temperature: Double
  /// Sample from the k most likely tokens only.
  public var topK: Int?
  /// Sample from the fewest most likely tokens that hold this share of the probability (1904.09751).
  public var topP: Double?
  /// Sample from the tokens that are at least this share as likely as the most likely one (2407.01082).
  public var minP: Double?
  /// Logits of tokens that occur in the prompt or in what was written are divided by this number where they are
  /// positive and multiplied by it where they are negative (1909.05858, §4.1); 1 changes nothing.
  public var repetitionPenalty: Double
  /// Decides the samples.
  public var seed: UInt64

  /// Greedy by default.
  public init(
    maximumNewTokens: Int = 128, temperature: Double = 0, topK: Int? = nil, topP: Double? = nil, minP: Double? = nil,
    repetitionPenalty: Double = 1, seed: UInt64 = 0
  ) {
    self.maximumNewTokens = maximumNewTokens
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.repetitionPenalty = repetitionPenalty
    self.seed = seed
  }
}
