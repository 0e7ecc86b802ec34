extension Recipe.Adapter {
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

extension Recipe.Adapter.Prefix {
  init(_ section: Section) {
    self.init(length: section.requiredLength())
    guard let node = section.value("reparameterization") else { return }
    switch node.content {
    case .scalar("none", _): reparameterizationHidden = nil
    case .section:
      let inner = section.section("reparameterization")
      var hidden = 512
      inner.integer("hidden", &hidden, atLeast: 1)
      reparameterizationHidden = hidden
    default: section.report("reparameterization", expected: "{hidden: 512} or none", found: node)
    }
  }

  var resolved: [ResolvedValue.Field] {
    [
      ("length", .integer(length)),
      ("reparameterization", reparameterizationHidden.map { .section([("hidden", .integer($0))]) } ?? .text("none")),
    ]
  }
}

extension Recipe.Adapter.Prompt {
  init(_ section: Section) {
    self.init(length: section.requiredLength())
    section.text("initial_text", &initialText)
  }

  var resolved: [ResolvedValue.Field] {
    [("length", .integer(length)), ("initial_text", initialText.map { .text($0) } ?? .null)]
  }
}

extension Section {
  fileprivate func requiredLength() -> Int {
    var length = 1
    integer("length", &length, atLeast: 1)
    if !has("length") { reportMissing("length", "give the number of learned positions, as in `length: 10`") }
    return length
  }
}
