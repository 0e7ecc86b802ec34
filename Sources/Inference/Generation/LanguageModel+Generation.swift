import LanguageModels
import Tensors

extension LanguageModel {
  /// Continues several sequences to their ends.
  ///
  /// - Parameters:
  ///   - requests: the prompts, with how and how far each is continued.
  ///   - cache: what has been read of the prompts, see ``Generator``; nil: nothing.
  ///   - shouldContinue: asked before every pass through the weights; where the answer is no, the sequences end there.
  ///   - onToken: called with every token as it is written, and its sequence; not with one that ends it.
  ///   - onEnd: called with every sequence that ends by itself.
  /// - Returns: what was written after each prompt.
  public func generate(
    _ requests: [GenerationRequest], continuing cache: KeyValueCache? = nil,
    shouldContinue: () throws -> Bool = { true },
    onToken: (_ sequence: Int, _ token: Int32) throws -> Void = { _, _ in },
    onEnd: (_ sequence: Int, _ written: GeneratedSequence) throws -> Void = { _, _ in }
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
