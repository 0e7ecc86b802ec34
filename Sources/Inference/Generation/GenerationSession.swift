import LanguageModels

/// A sequence that a model has read and continues turn by turn: what its cache holds is not read again.
public final class GenerationSession {
  private let model: LanguageModel
  private var cache: KeyValueCache?
  /// The tokens whose keys and values the cache holds.
  public private(set) var held: [Int32] = []

  /// The capacity that the first cache has at least.
  private static let smallestCapacity = 512

  /// Starts with nothing read.
  public init(_ model: LanguageModel) { self.model = model }

  /// Continues a prompt. As far as the prompt begins with what is held, only the rest of it is read.
  ///
  /// - Parameters:
  ///   - request: its prompt is the whole sequence so far.
  ///   - shouldContinue: asked before every token.
  ///   - onToken: called with every token as it is written.
  /// - Returns: what was written.
  public func generate(
    _ request: GenerationRequest, shouldContinue: () throws -> Bool, onToken: (Int32) throws -> Void
  ) rethrows -> GeneratedSequence {
    precondition(!request.prompt.isEmpty, "a prompt holds at least one token")
    let cache = cache(for: request.prompt.count + request.maximumNewTokens)
    // The last token is always read: the next one is predicted from it.
    let known = min(zip(held, request.prompt).prefix { $0 == $1 }.count, request.prompt.count - 1)
    cache.forget(sequence: 0, after: known)
    var sequence = request.prompt
    defer { held = Array(sequence.prefix(cache.lengths[0])) }
    return try model.generate([request], continuing: cache, shouldContinue: shouldContinue) { _, token in
      sequence.append(token)
      try onToken(token)
    }[0]
  }

  /// A cache for some tokens: a new one, which holds nothing, where the old one is too small.
  private func cache(for tokens: Int) -> KeyValueCache {
    if let cache, cache.capacity >= tokens { return cache }
    held = []
    let larger = model.cache(capacity: max(tokens, cache.map { 2 * $0.capacity } ?? Self.smallestCapacity))
    cache = larger
    return larger
  }
}
