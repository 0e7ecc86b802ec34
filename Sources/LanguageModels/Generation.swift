import Autodiff
import Foundation
import Tensors

/// How the next token is chosen.
public struct SamplingOptions: Sendable, Equatable {
  /// The most tokens to write.
  public var maximumNewTokens: Int
  /// 0 takes the most likely token; 1 draws from the model's distribution; more flattens it.
  public var temperature: Double
  /// Draw from the k most likely tokens only.
  public var topK: Int?
  /// Draw from the fewest most likely tokens that hold this share of the probability (1904.09751).
  public var topP: Double?
  /// Decides the draws.
  public var seed: UInt64

  /// Greedy unless told otherwise.
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

extension LanguageModel {
  /// Writes on behind prompts, several at a time.
  ///
  /// - Parameters:
  ///   - prompts: token ids; none may be empty.
  ///   - stops: a sequence ends with the first of these.
  ///   - includesStop: whether the token that ended a sequence is part of what is returned, as in transformers.
  ///   - onToken: told of every token as it is written, with its sequence; not of those that end one.
  /// - Returns: what was written behind each prompt.
  public func generate(
    _ prompts: [[Int32]], options: SamplingOptions, stops: Set<Int32>, includesStop: Bool = false,
    onToken: (_ sequence: Int, _ token: Int32) -> Void = { _, _ in }
  ) -> [[Int32]] {
    generate(
      prompts, options: options, stops: stops, includesStop: includesStop, onToken: onToken, whenNotFinite: {})
  }

  /// Writes on behind prompts, several at a time, as long as nobody objects.
  ///
  /// - Parameters:
  ///   - prompts: token ids; none may be empty.
  ///   - stops: a sequence ends with the first of these.
  ///   - includesStop: whether the token that ended a sequence is part of what is returned, as in transformers.
  ///   - onToken: told of every token as it is written, with its sequence; not of those that end one. Ends the writing
  ///     by throwing.
  ///   - whenNotFinite: called where the logits of a token are not finite, so that it means nothing; ends the writing by
  ///     throwing.
  /// - Returns: what was written behind each prompt.
  public func generate(
    _ prompts: [[Int32]], options: SamplingOptions, stops: Set<Int32>, includesStop: Bool = false,
    onToken: (_ sequence: Int, _ token: Int32) throws -> Void,
    whenNotFinite: () throws -> Void
  ) rethrows -> [[Int32]] {
    precondition(prompts.allSatisfy { !$0.isEmpty }, "a prompt holds at least one token")
    var written: [[Int32]] = Array(repeating: [], count: prompts.count)
    guard options.maximumNewTokens > 0, let longest = prompts.map(\.count).max() else { return written }
    return try withoutGradients {
      let cache = cache(sequences: prompts.count, capacity: longest + options.maximumNewTokens)
      var samplers = prompts.indices.map { Sampler(options, sequence: $0) }
      var pending = prompts.enumerated().map { (sequence: $0.offset, tokens: $0.element) }
      while !pending.isEmpty {
        let layout = cache.layout(appending: pending)
        let states = states(layout, rows: layout.spans.map { $0.queries.upperBound - 1 }, cache: cache)
        let logits = logits(states, rows: Array(pending.indices))
        pending = try pending.enumerated().compactMap { row, entry in
          let sequence = entry.sequence
          let row = logits.rows(row..<row + 1)
          if !row.isFinite { try whenNotFinite() }
          let token = samplers[sequence].choose(row)
          guard !stops.contains(token) else {
            if includesStop { written[sequence].append(token) }
            return nil
          }
          written[sequence].append(token)
          try onToken(sequence, token)
          return written[sequence].count < options.maximumNewTokens ? (sequence, [token]) : nil
        }
      }
      return written
    }
  }
}

/// Chooses tokens from logits; every sequence draws from a stream of its own.
struct Sampler {
  private let options: SamplingOptions
  private var stream: RandomStream

  init(_ options: SamplingOptions, sequence: Int) {
    self.options = options
    stream = RandomStream(seed: options.seed &+ UInt64(sequence), purpose: "generation")
  }

  /// The next token; among equally likely ones the smallest id.
  mutating func choose(_ row: Tensor) -> Int32 {
    let logits = row.array
    guard options.temperature > 0 else {
      var best = 0
      for id in logits.indices where logits[id] > logits[best] { best = id }
      return Int32(best)
    }
    var order = Array(logits.indices)
    if options.topK != nil || options.topP != nil { order.sort { (logits[$1], $0) < (logits[$0], $1) } }
    if let topK = options.topK { order = Array(order.prefix(max(1, topK))) }
    let largest = order.reduce(-Float.infinity) { max($0, logits[$1]) }
    var weights = order.map { exp(Double(logits[$0] - largest) / options.temperature) }
    if let topP = options.topP {
      let wanted = topP * weights.reduce(0, +)
      var held = 0.0
      let count = weights.firstIndex { weight in
        held += weight
        return held >= wanted
      }
      weights = Array(weights.prefix((count ?? weights.count - 1) + 1))
    }
    var draw = stream.uniform() * weights.reduce(0, +)
    for (index, weight) in weights.enumerated() {
      draw -= weight
      if draw < 0 { return Int32(order[index]) }
    }
    return Int32(order[weights.count - 1])
  }
}
