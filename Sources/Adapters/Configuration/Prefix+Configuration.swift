extension AdapterConfiguration {
  /// Prefix tuning: `length` learned keys and values in every layer.
  public struct Prefix: Sendable, Equatable {
    /// Positions of the prefix; required, as PEFT's `num_virtual_tokens`.
    public var length: Int
    /// Width of the network that the prefix is computed by while training, folded away at the end; nil: the prefix
    /// itself is trained, as PEFT does by default. 512: the paper's for table-to-text (2101.00190, §4.3 and appendix).
    public var reparameterizationHidden: Int? = 512

    /// A prefix with the default reparameterization.
    public init(length: Int) {
      self.length = length
    }
  }

  /// Prompt tuning: `length` learned embeddings before the text.
  public struct Prompt: Sendable, Equatable {
    /// Positions of the prompt; required, as PEFT's `num_virtual_tokens`.
    public var length: Int
    /// A text whose embeddings the prompt begins as; nil: random, PEFT's `prompt_tuning_init`.
    public var initialText: String?

    /// A prompt that begins at random.
    public init(length: Int) {
      self.length = length
    }
  }
}
