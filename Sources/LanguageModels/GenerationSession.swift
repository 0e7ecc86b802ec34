import Autodiff
import Tensors

/// A text that a model has read and goes on with, turn by turn: what stands in its cache is not read again.
public final class GenerationSession {
  private let model: LanguageModel
  private var cache: KeyValueCache?
  /// The tokens whose keys and values the cache holds.
  public private(set) var held: [Int32] = []

  /// Begins with nothing read.
  public init(_ model: LanguageModel) { self.model = model }

  /// Writes on behind a prompt. As far as the prompt begins with what is held, only the rest of it is read.
  ///
  /// - Parameters:
  ///   - prompt: all of the text so far; never empty.
  ///   - stops: the answer ends with the first of these, which is not part of what is returned.
  ///   - goesOn: asked before every token.
  ///   - onToken: told of every token as it is written.
  /// - Returns: what was written.
  public func write(
    behind prompt: [Int32], options: SamplingOptions, stops: Set<Int32>, goesOn: () -> Bool = { true },
    onToken: (Int32) -> Void = { _ in }
  ) -> [Int32] {
    precondition(!prompt.isEmpty, "a prompt holds at least one token")
    let cache = room(for: prompt.count + options.maximumNewTokens)
    // The last token is always read: what follows is predicted from it.
    let known = min(zip(held, prompt).prefix { $0 == $1 }.count, prompt.count - 1)
    cache.forget(sequence: 0, after: known)
    held.removeSubrange(known...)
    var sampler = Sampler(options, sequence: 0)
    var written: [Int32] = []
    var pending = Array(prompt[known...])
    withoutGradients {
      while written.count < options.maximumNewTokens, goesOn() {
        let layout = cache.layout(appending: [(0, pending)])
        let states = model.states(layout, rows: [pending.count - 1], cache: cache)
        held += pending
        let token = sampler.choose(model.logits(states, rows: [0]))
        if stops.contains(token) { break }
        written.append(token)
        onToken(token)
        pending = [token]
      }
    }
    return written
  }

  /// A cache for so many tokens; a new one, in which nothing stands, where the old one is too small.
  private func room(for tokens: Int) -> KeyValueCache {
    if let cache, cache.capacity >= tokens { return cache }
    held = []
    let larger = model.cache(capacity: max(tokens, 2 * (cache?.capacity ?? 256)))
    cache = larger
    return larger
  }
}
