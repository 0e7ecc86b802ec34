extension Recipe {
  /// A small set of weights that is trained while the model's own stay as they are.
  public enum Adapter: Sendable, Equatable {
    /// LoRA (2106.09685), with its relatives by their keys: LoRA+, rank-stabilized scaling, PiSSA.
    case lora(LowRank)
    /// DoRA (2402.09353): LoRA with magnitude and direction apart.
    case dora(LowRank)
    /// Prefix tuning (2101.00190): learned keys and values in every layer.
    case prefix(Prefix)
    /// Prompt tuning (2104.08691): learned embeddings before the text.
    case prompt(Prompt)
    /// Bottleneck adapters (1902.00751 and relatives): small layers between the model's own.
    case bottleneck(Bottleneck)
    /// IA3 (2205.05638): learned scales of activations.
    case ia3(IA3)
    /// The model's own biases and norms, as in BitFit (2106.10199).
    case biasNorm

    /// The word that a recipe says: `lora`, `bias_norm`, ….
    public var method: String { kind.rawValue }

    /// The methods by their words.
    enum Kind: String, CaseIterable {
      case lora, dora, prefix, prompt, bottleneck, ia3
      case biasNorm = "bias_norm"
    }

    var kind: Kind {
      switch self {
      case .lora: .lora
      case .dora: .dora
      case .prefix: .prefix
      case .prompt: .prompt
      case .bottleneck: .bottleneck
      case .ia3: .ia3
      case .biasNorm: .biasNorm
      }
    }
  }
}

extension Recipe.Adapter {
  /// Decodes the section `adapter` of a recipe; nil where it is absent or null.
  init?(_ recipe: Section) {
    guard let node = recipe.value("adapter"), !node.isNull else { return nil }
    let section = recipe.section(of: node, named: "adapter")
    var kind: Kind?
    section.choice("method", &kind)
    guard let kind else {
      if !section.has("method"), !section.isUnclear {
        let methods = Kind.allCases.map(\.rawValue).joined(separator: ", ")
        section.reportMissing("method", "give one of \(methods)")
      }
      section.isUnclear = true
      return nil
    }
    section.kind = "method \(kind.rawValue)"
    switch kind {
    case .lora: self = .lora(LowRank(section))
    case .dora: self = .dora(LowRank(section))
    case .prefix: self = .prefix(Prefix(section))
    case .prompt: self = .prompt(Prompt(section))
    case .bottleneck: self = .bottleneck(Bottleneck(section))
    case .ia3: self = .ia3(IA3(section))
    case .biasNorm: self = .biasNorm
    }
  }

  var resolved: ResolvedValue {
    let fields: [ResolvedValue.Field] =
      switch self {
      case .lora(let settings), .dora(let settings): settings.resolved
      case .prefix(let settings): settings.resolved
      case .prompt(let settings): settings.resolved
      case .bottleneck(let settings): settings.resolved
      case .ia3(let settings): settings.resolved
      case .biasNorm: []
      }
    return .section([("method", .text(method))] + fields)
  }
}
