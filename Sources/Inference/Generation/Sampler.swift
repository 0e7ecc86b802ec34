import Foundation
import Tensors

/// Chooses tokens from logits; each sequence samples from a random stream of its own.
public struct Sampler: Sendable {
  private let temperature: Double
  private let topK: Int?
  private let topP: Double?
  private var stream: RandomStream

  /// Makes the sampler of one sequence.
  ///
  /// - Parameter sequence: the sequence's place among those that share the seed; each place has a stream of its own.
  public init(_ options: SamplingOptions, sequence: Int = 0) {
    (temperature, topK, topP) = (options.temperature, options.topK, options.topP)
    stream = RandomStream(seed: options.seed &+ UInt64(sequence), purpose: "generation")
  }

  /// Always takes the most likely token.
  public static var greedy: Sampler { Sampler(SamplingOptions()) }

  /// The next token; of equally likely ones the smallest id.
  ///
  /// - Parameter logits: one row, `[1, V]`, in float32.
  public mutating func choose(from logits: Tensor) -> Int32 {
    guard temperature > 0 else { return logits.withElements { Self.mostLikely($0) } }
    let logits = logits.array
    let candidates = candidates(logits)
    return Int32(candidates[draw(weights(of: candidates, logits))])
  }

  private static func mostLikely(_ logits: some Collection<Float>) -> Int32 {
    var (best, largest): (Int, Float) = (0, logits.first ?? 0)
    for (id, logit) in logits.enumerated() where logit > largest { (best, largest) = (id, logit) }
    return Int32(best)
  }

  /// The ids to sample from, the most likely first where the options ask for the most likely ones.
  private func candidates(_ logits: [Float]) -> [Int] {
    var ids = Array(logits.indices)
    if topK != nil || topP != nil { ids.sort { (logits[$1], $0) < (logits[$0], $1) } }
    return topK.map { Array(ids.prefix(max(1, $0))) } ?? ids
  }

  /// What each candidate weighs, not normalised; the weights end where they hold the share `topP`.
  private func weights(of candidates: [Int], _ logits: [Float]) -> [Double] {
    let largest = candidates.reduce(-Float.infinity) { max($0, logits[$1]) }
    let weights = candidates.map { exp(Double(logits[$0] - largest) / temperature) }
    guard let topP else { return weights }
    let share = topP * weights.reduce(0, +)
    var held = 0.0
    let last = weights.firstIndex { weight in
      held += weight
      return held >= share
    }
    return Array(weights.prefix((last ?? weights.count - 1) + 1))
  }

  /// An index, each as likely as its weight.
  private mutating func draw(_ weights: [Double]) -> Int {
    var remaining = stream.uniform() * weights.reduce(0, +)
    for (index, weight) in weights.enumerated() {
      remaining -= weight
      if remaining < 0 { return index }
    }
    return weights.count - 1
  }
}
