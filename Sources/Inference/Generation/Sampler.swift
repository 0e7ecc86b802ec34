import Tensors

/// Chooses tokens from logits; each sequence samples from a random stream of its own.
///
/// Nothing is sorted: a vocabulary of 150,000 tokens costs a few passes over its probabilities.
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
  /// - Parameter logits: one row, `[1, V]`, in float32.
  public mutating func choose(from logits: Tensor) -> Int32 {
    let logits = penalized(logits)
    guard options.temperature > 0 else { return logits.withElements { Self.mostLikely($0) } }
    let largest = logits.withElements { Swift.max(-Float.greatestFiniteMagnitude, $0.max() ?? 0) }
    let inverse = Float(1 / options.temperature)
    // The largest is subtracted first: a low temperature must not make the products infinite.
    let probabilities = softmax(logits.map { ($0 - largest) * inverse })
    guard options.topK != nil || options.topP != nil || options.minP != nil else { return draw(from: probabilities) }
    return draw(from: candidates(probabilities.array))
  }

  private func penalized(_ logits: Tensor) -> Tensor {
    if seen.isEmpty { return logits }
    var values = logits.array
    let penalty = Float(options.repetitionPenalty)
    for token in seen where values.indices ~= Int(token) {
      values[Int(token)] *= values[Int(token)] > 0 ? 1 / penalty : penalty
    }
    return Tensor(values, logits.shape)
  }

  private static func mostLikely(_ logits: some Collection<Float>) -> Int32 {
    var (best, largest): (Int, Float) = (0, logits.first ?? 0)
    for (id, logit) in logits.enumerated() where logit > largest { (best, largest) = (id, logit) }
    return Int32(best)
  }

  /// The tokens to sample from, by id.
  private func candidates(_ probabilities: [Float]) -> [Candidate] {
    var cut = LikelihoodCut.everything
    if let topK = options.topK {
      cut = LikelihoodCut(of: probabilities, holding: Double(Swift.max(1, topK))) { _ in 1 }
    }
    if let topP = options.topP {
      // After top-k, the share is one of what the k tokens hold.
      let kept = cut.candidates(of: probabilities).map(\.probability)
      cut = cut.tightened(to: LikelihoodCut(of: kept, holding: topP * kept.total, measure: Double.init))
    }
    let candidates = cut.candidates(of: probabilities)
    guard let minP = options.minP, let largest = candidates.lazy.map(\.probability).max() else { return candidates }
    return candidates.filter { $0.probability >= Float(minP) * largest }
  }

  private mutating func draw(from candidates: [Candidate]) -> Int32 {
    let place = index(in: candidates.lazy.map(\.probability), total: candidates.lazy.map(\.probability).total)
    return Int32(candidates[place].token)
  }

  /// Draws from a whole row: first a block of it, then a token of the block.
  private mutating func draw(from probabilities: Tensor) -> Int32 {
    let starts = Array(stride(from: 0, to: probabilities.count, by: Self.block))
    let blocks = starts.map { $0..<Swift.min($0 + Self.block, probabilities.count) }
    let sums = sums(of: probabilities, over: blocks).array
    let block = blocks[index(in: sums, total: sums.total)]
    return probabilities.withElements { elements in
      let row = elements[block]
      return Int32(block.lowerBound + index(in: row, total: row.total))
    }
  }

  private static let block = 1 << 10

  /// A place among weights, each as likely as its weight.
  private mutating func index(in weights: some Collection<Float>, total: Double) -> Int {
    var remaining = stream.uniform() * total
    var last = 0
    for (index, weight) in weights.enumerated() where weight > 0 {
      remaining -= Double(weight)
      last = index
      if remaining < 0 { break }
    }
    return last
  }
}
