import Autodiff
import LanguageModels
import Tensors

/// The generation loop: continues several sequences, each by one token in every pass through the weights.
///
/// Each sequence has a prompt, a stop rule, a length and a sampler of its own, and leaves the passes when it ends.
public struct Generator {
  private let model: LanguageModel
  private let cache: KeyValueCache
  private var requests: [GenerationRequest]
  /// What has been written so far, in the order of the requests.
  public private(set) var sequences: [GeneratedSequence]
  /// The sequences that have not ended, each with the tokens that the model reads next.
  private var pending: [(sequence: Int, tokens: [Int32])]

  /// Prepares to continue sequences; nothing is computed.
  ///
  /// - Parameter cache: holds the beginning of each request's prompt, which is not read again, and has room for the
  ///   rest and the answer; nil: nothing has been read.
  public init(_ model: LanguageModel, _ requests: [GenerationRequest], continuing cache: KeyValueCache? = nil) {
    self.model = model
    self.requests = requests
    let cache =
      cache
      ?? model.cache(
        sequences: requests.count, capacity: requests.map { $0.prompt.count + max(0, $0.maximumNewTokens) }.max() ?? 0)
    self.cache = cache
    sequences = requests.map { _ in GeneratedSequence() }
    for index in requests.indices { self.requests[index].sampler.note(requests[index].prompt) }
    pending = requests.enumerated().compactMap { sequence, request in
      let unread = request.prompt.dropFirst(cache.lengths[sequence])
      precondition(!unread.isEmpty, "a prompt holds at least one token that has not been read")
      return request.maximumNewTokens > 0 ? (sequence, Array(unread)) : nil
    }
  }

  /// Whether all sequences have ended.
  public var isFinished: Bool { pending.isEmpty }

  /// Continues every sequence that has not ended by one token: one pass through the weights.
  ///
  /// - Parameter onToken: called with every token as it is written, and its sequence; not with one that ends it.
  public mutating func step(onToken: (_ sequence: Int, _ token: Int32) throws -> Void) rethrows {
    if isFinished { return }
    try withoutGradients {
      let layout = cache.layout(appending: pending)
      let states = model.states(layout, rows: layout.spans.map { $0.queries.upperBound - 1 }, cache: cache)
      let logits = model.logits(states, rows: Array(pending.indices))
      var continuing: [(sequence: Int, tokens: [Int32])] = []
      for (row, sequence) in pending.map(\.sequence).enumerated() {
        let logits = logits.rows(row..<row + 1)
        guard logits.isFinite else {
          sequences[sequence].ending = .notFinite
          continue
        }
        let token = requests[sequence].sampler.choose(from: logits)
        guard !requests[sequence].stop.ends(at: token) else {
          sequences[sequence].ending = .stop(token)
          continue
        }
        sequences[sequence].tokens.append(token)
        requests[sequence].sampler.note(CollectionOfOne(token))
        try onToken(sequence, token)
        if sequences[sequence].tokens.count < requests[sequence].maximumNewTokens {
          continuing.append((sequence, [token]))
        }
      }
      pending = continuing
    }
  }

  /// Continues all sequences to their ends.
  ///
  /// - Parameters:
  ///   - shouldContinue: asked before every pass; where the answer is no, the sequences end as they are.
  ///   - onToken: called with every token as it is written, and its sequence; not with one that ends it.
  public mutating func run(
    shouldContinue: () throws -> Bool, onToken: (_ sequence: Int, _ token: Int32) throws -> Void
  ) rethrows {
    while !isFinished {
      guard try shouldContinue() else {
        for (sequence, _) in pending { sequences[sequence].ending = .interrupted }
        pending = []
        return
      }
      try step(onToken: onToken)
    }
  }
}

extension LanguageModel {
  /// Continues several sequences to their ends.
  ///
  /// - Parameter requests: the prompts, with how and how far each is continued.
  /// - Returns: what was written after each prompt.
  public func generate(_ requests: [GenerationRequest]) -> [GeneratedSequence] {
    generate(requests, shouldContinue: { true }, onToken: { _, _ in })
  }

  /// Continues several sequences to their ends, and says what it writes.
  ///
  /// - Parameters:
  ///   - requests: the prompts, with how and how far each is continued.
  ///   - cache: what has been read of the prompts, see ``Generator``; nil: nothing.
  ///   - shouldContinue: asked before every pass through the weights; where the answer is no, the sequences end there.
  ///   - onToken: called with every token as it is written, and its sequence; not with one that ends it.
  /// - Returns: what was written after each prompt.
  public func generate(
    _ requests: [GenerationRequest], continuing cache: KeyValueCache? = nil,
    shouldContinue: () throws -> Bool, onToken: (_ sequence: Int, _ token: Int32) throws -> Void
  ) rethrows -> [GeneratedSequence] {
    try TensorLifetime.passing {
      var generator = Generator(self, requests, continuing: cache)
      try generator.run(shouldContinue: shouldContinue, onToken: onToken)
      return generator.sequences
    }
  }

  /// Goes through the pass that needs the most memory of answering some requests: the one that reads the prompts. For a
  /// rehearsal.
  public func rehearseAnswers(to requests: [GenerationRequest]) {
    TensorLifetime.passing {
      var generator = Generator(self, requests)
      generator.step(onToken: { _, _ in })
    }
  }
}
