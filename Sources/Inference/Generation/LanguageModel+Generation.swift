import LanguageModels
import Tensors

extension LanguageModel {
  /// Continues several sequences to their ends.
  ///
  /// - Parameter requests: the prompts, with how and how far each is continued.
  /// - Returns: what was written after each prompt.
  public func generate(_ requests: [GenerationRequest]) -> [GeneratedSequence] {
    generate(requests, shouldContinue: { true }, onToken: { _, _ in })
  }

  /// Continues several sequences to their ends, and reports what it writes.
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
    try generate(
      requests, continuing: cache, shouldContinue: shouldContinue, onToken: onToken, onEnd: { _, _ in })
  }

  /// The same, which also reports every sequence that ends by itself, and all of it.
  public func generate(
    _ requests: [GenerationRequest], continuing cache: KeyValueCache? = nil,
    shouldContinue: () throws -> Bool, onToken: (_ sequence: Int, _ token: Int32) throws -> Void,
    onEnd: (_ sequence: Int, _ written: GeneratedSequence) throws -> Void
  ) rethrows -> [GeneratedSequence] {
    try TensorLifetime.passing {
      var generator = cache.map { Generator(self, requests, continuing: $0) } ?? Generator(self, requests)
      try generator.run(shouldContinue: shouldContinue, onToken: onToken, onEnd: onEnd)
      return generator.sequences
    }
  }

  /// Goes through the passes that need the most memory of answering some requests. For a rehearsal.
  public func rehearseAnswers(to requests: [GenerationRequest]) {
    TensorLifetime.passing {
      var generator = Generator(self, requests)
      generator.rehearse()
    }
  }
}
