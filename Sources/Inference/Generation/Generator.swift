import Autodiff
import LanguageModels
import Tensors

/// The generation loop: continues several sequences, each by one token in every pass through the weights.
///
/// Each sequence has a prompt, a stop rule, a length and a sampler of its own. When it ends, it leaves the passes and a waiting
/// one takes its place, in the order of the requests. What is written after a prompt does not depend on the others, bit for
/// bit: a prompt is read by itself, and a pass computes each sequence's row in the same way beside any others.
public struct Generator {
  private let model: LanguageModel
  private let cache: KeyValueCache
  private var requests: [GenerationRequest]
  private let sequencesAtOnce: Int
  /// Whether the cache is this generator's own, so that a sequence that ends leaves its room to another one.
  private let isRefilled: Bool
  /// What has been written so far, in the order of the requests.
  public private(set) var sequences: [GeneratedSequence]
  /// The sequences that share the passes, each with its place in the cache and the token that the model reads next.
  private var active: [(sequence: Int, room: Int, token: Int32)] = []
  /// The sequences that have not begun.
  private var waiting: ArraySlice<Int>

  /// Prepares to continue sequences; nothing is computed.
  ///
  /// - Parameter limit: how many sequences share the passes, and the memory of their cache.
  public init(_ model: LanguageModel, _ requests: [GenerationRequest], limit: GenerationLimit = GenerationLimit()) {
    let cache = model.emptyCache(capacity: limit.cachedTokens(for: requests, model))
    self.init(model, requests, cache, sequencesAtOnce: limit.sequences, isRefilled: true)
  }

  /// Prepares to continue sequences of which a cache holds the beginnings: its sequence i is that of request i, and has room
  /// for the rest of the prompt and the answer.
  public init(_ model: LanguageModel, _ requests: [GenerationRequest], continuing cache: KeyValueCache) {
    self.init(model, requests, cache, sequencesAtOnce: requests.count, isRefilled: false)
  }

  private init(
    _ model: LanguageModel, _ requests: [GenerationRequest], _ cache: KeyValueCache, sequencesAtOnce: Int,
    isRefilled: Bool
  ) {
    (self.model, self.requests, self.cache) = (model, requests, cache)
    (self.sequencesAtOnce, self.isRefilled) = (sequencesAtOnce, isRefilled)
    sequences = requests.map { _ in GeneratedSequence() }
    for index in requests.indices { self.requests[index].sampler.note(requests[index].prompt) }
    waiting = requests.indices.filter { requests[$0].maximumNewTokens > 0 }[...]
  }

  /// Whether all sequences have ended.
  public var isFinished: Bool { active.isEmpty && waiting.isEmpty }

  /// Continues every sequence that takes part by one token: one pass through the weights. Before that the prompts of sequences
  /// that join are read.
  ///
  /// - Parameters:
  ///   - onToken: called with every token as it is written, and its sequence; not with one that ends it.
  ///   - onEnd: called with every sequence that ends, and all of it.
  public mutating func step(
    onToken: (_ sequence: Int, _ token: Int32) throws -> Void,
    onEnd: (_ sequence: Int, _ written: GeneratedSequence) throws -> Void
  ) rethrows {
    if isFinished { return }
    join()
    let logits = nextLogits()
    let choices = mapRows(of: logits) { row, logits in
      requests[active[row].sequence].sampler.choice(changing: logits)
    }
    let before = active
    active = []
    for (place, choice) in zip(before, choices) {
      let sequence = place.sequence
      requests[sequence].sampler.remember(choice)
      if let ending = ending(of: sequence, at: choice.token) {
        try end(place, ending, onEnd)
      } else if let token = choice.token {
        sequences[sequence].tokens.append(token)
        try onToken(sequence, token)
        if sequences[sequence].tokens.count < requests[sequence].maximumNewTokens {
          active.append((sequence, place.room, token))
        } else {
          try end(place, .length, onEnd)
        }
      }
    }
  }

  /// Why a sequence ends before a token is added to it; nil where it does not.
  private func ending(of sequence: Int, at token: Int32?) -> GeneratedSequence.Ending? {
    guard let token else { return .notFinite }
    return requests[sequence].stop.ends(at: token) ? .stop(token) : nil
  }

  private mutating func end(
    _ place: (sequence: Int, room: Int, token: Int32), _ ending: GeneratedSequence.Ending,
    _ onEnd: (Int, GeneratedSequence) throws -> Void
  ) rethrows {
    sequences[place.sequence].ending = ending
    // The room of a cache that somebody else made is theirs.
    if isRefilled { cache.close(place.room) }
    try onEnd(place.sequence, sequences[place.sequence])
  }

  /// Continues all sequences to their ends.
  ///
  /// - Parameters:
  ///   - shouldContinue: asked before every pass; where the answer is no, the sequences end as they are.
  ///   - onToken: called with every token as it is written, and its sequence; not with one that ends it.
  ///   - onEnd: called with every sequence that ends by itself, and all of it.
  public mutating func run(
    shouldContinue: () throws -> Bool,
    onToken: (_ sequence: Int, _ token: Int32) throws -> Void,
    onEnd: (_ sequence: Int, _ written: GeneratedSequence) throws -> Void
  ) rethrows {
    while !isFinished {
      guard try shouldContinue() else {
        for sequence in active.map(\.sequence) + waiting { sequences[sequence].ending = .interrupted }
        (active, waiting) = ([], [])
        return
      }
      try step(onToken: onToken, onEnd: onEnd)
    }
  }
}

extension Generator {
  /// Lets waiting sequences take the places that are free, and reads their prompts.
  private mutating func join() {
    while let sequence = waiting.first, active.count < sequencesAtOnce, let room = room(for: sequence) {
      waiting.removeFirst()
      let request = requests[sequence]
      precondition(request.prompt.count > cache.lengths[room], "a prompt holds a token that has not been read")
      read(request.prompt.dropLast(), in: room)
      active.append((sequence, room, request.prompt[request.prompt.count - 1]))
    }
  }

  /// A place in the cache for a sequence; nil where there is none now.
  private func room(for sequence: Int) -> Int? {
    let request = requests[sequence]
    return isRefilled ? cache.open(capacity: request.prompt.count + request.maximumNewTokens) : sequence
  }

  /// Reads a prompt without its last token, as far as it has not been read. Another sequence's keys and values of the same
  /// tokens are taken over: they are what the same pass would compute.
  private func read(_ tokens: ArraySlice<Int32>, in room: Int) {
    let unread = tokens.dropFirst(cache.lengths[room])
    if unread.isEmpty { return }
    if isRefilled, let twin = active.first(where: { requests[$0.sequence].prompt.dropLast() == tokens }) {
      return cache.copy(tokens.count, from: twin.room, to: room)
    }
    withoutGradients {
      let layout = cache.layout(appending: [(room, Array(unread))])
      _ = model.states(layout, rows: [unread.count - 1], cache: cache)
    }
  }

  /// The logits of the next token of every sequence that takes part, `[n, V]`.
  private func nextLogits() -> Tensor {
    withoutGradients {
      let layout = cache.layout(appending: active.map { ($0.room, [$0.token]) })
      let rows = Array(active.indices)
      return model.logits(model.states(layout, rows: rows, cache: cache), rows: rows)
    }
  }

  /// Goes through what needs the most memory: the longest prompt, and a pass of as many sequences as take part at once.
  mutating func rehearse() {
    guard let longest = waiting.max(by: { requests[$0].prompt.count < requests[$1].prompt.count }) else { return }
    waiting = [longest] + waiting.filter { $0 != longest }
    join()
    _ = nextLogits()
  }
}
