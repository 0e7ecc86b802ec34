import Tensors

/// Chooses tokens from logits; each sequence samples from a random stream of its own.
///
/// Nothing is sorted, and no exponential is taken of a token that cannot be sampled, unless the share of all tokens counts:
/// a vocabulary of 150,000 tokens costs two or three passes over its logits.
public struct Sampler: Sendable {
  private let options: SamplingOptions
  private var stream: RandomStream
  /// The tokens that the repetition penalty applies to; empty without one.
  private var seen: Set<Int32> = []

  /// Makes the sampler of one sequence.
  ///
  /// - Parameter sequence: the sequence's place among those that share the seed; each place has a stream of its own.
  public init(_ options: SamplingOptions, sequence: Int = 0) {
    self.options = options
    stream = RandomStream(seed: options.seed &+ UInt64(sequence), purpose: "generation")
  }

  /// Always takes the most likely token.
  public static var greedy: Sampler { Sampler(SamplingOptions()) }

  /// Notes tokens of the prompt or of the answer, for the repetition penalty.
  public mutating func note(_ tokens: some Sequence<Int32>) {
    if options.repetitionPenalty != 1 { seen.formUnion(tokens) }
  }

  /// The next token; of equally likely ones the smallest id.
  ///
  /// - Parameter logits: one row, `[1, V]`, in float32, of finite numbers.
  public mutating func choose(from logits: Tensor) -> Int32 {
    let choice = choice(changing: logits.copy())
    stream = choice.stream
    return choice.token ?? 0
  }

  /// A token, nil where a logit is not finite, and the stream after it was sampled.
  typealias Choice = (token: Int32?, stream: RandomStream)

  /// The next token, as ``choose(from:)`` gives it. The repetition penalty changes the row in place.
  func choice(changing logits: Tensor) -> Choice {
    var stream = stream
    let penalty = Float(options.repetitionPenalty)
    scaleElements(of: logits, at: seen, positive: 1 / penalty, negative: penalty)
    let row = LogitRow(logits)
    guard row.isFinite else { return (nil, stream) }
    guard options.temperature > 0 else { return (row.mostLikely, stream) }
    let scaled = ScaledLogits(row, temperature: options.temperature)
    if let candidates = scaled.candidates(topK: options.topK, topP: options.topP, minP: options.minP) {
      return (candidates.tokens[stream.place(among: candidates.weights)], stream)
    }
    // From all tokens: first a lane of the row, then a token of the lane.
    let tokens = row.tokens(ofLane: stream.place(among: scaled.sums))
    return (tokens[stream.place(among: scaled.weights(of: tokens))], stream)
  }

  /// Remembers a choice: its token for the repetition penalty, and its stream, from which the next one is sampled.
  mutating func remember(_ choice: Choice) {
    stream = choice.stream
    if let token = choice.token { note(CollectionOfOne(token)) }
  }
}

extension RandomStream {
  /// A place among weights, each as likely as its weight.
  fileprivate mutating func place(among weights: [Float]) -> Int {
    var remaining = uniform() * weights.total
    var last = 0
    for (index, weight) in weights.enumerated() where weight > 0 {
      remaining -= Double(weight)
      last = index
      if remaining < 0 { break }
    }
    return last
  }
}
