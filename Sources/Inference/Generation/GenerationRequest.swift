/// A sequence to be continued: what the model reads, and how and how far it writes.
public struct GenerationRequest: Sendable {
  /// The tokens to continue; never empty.
  public var prompt: [Int32]
  /// The most tokens to write.
  public var maximumNewTokens: Int
  /// Where the sequence ends before that.
  public var stop: StopRule
  /// Chooses the tokens.
  public var sampler: Sampler

  /// Asks for the continuation of a prompt; greedy by default.
  public init(prompt: [Int32], maximumNewTokens: Int, stop: StopRule, sampler: Sampler = .greedy) {
    self.prompt = prompt
    self.maximumNewTokens = maximumNewTokens
    self.stop = stop
    self.sampler = sampler
  }
}

/// What a model has written after a prompt.
public struct GeneratedSequence: Sendable, Equatable {
  /// Why a sequence ended.
  public enum Ending: Sendable, Equatable {
    /// The model wrote a token of the ``StopRule``.
    case stop(Int32)
    /// It has as many tokens as it may have.
    case length
    /// The logits of the next token were not finite, so that it would mean nothing.
    case notFinite
    /// The caller did not want to continue.
    case interrupted
  }

  /// The tokens, without one that ended the sequence.
  public internal(set) var tokens: [Int32] = []
  /// Why it ended.
  public internal(set) var ending = Ending.length

  /// The tokens as the model wrote them: with the one that ended the sequence, as in transformers.
  public var tokensWithEnd: [Int32] {
    if case .stop(let token) = ending { tokens + [token] } else { tokens }
  }
  /// Whether the model itself ended the sequence.
  public var isComplete: Bool {
    if case .stop = ending { true } else { false }
  }
}
