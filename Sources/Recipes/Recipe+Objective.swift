extension Recipe {
  /// What the training minimizes.
  public enum Objective: Sendable, Equatable {
    /// The negative log-likelihood of the trained tokens.
    case sft
    /// Direct preference optimization (2305.18290) and its variants.
    case dpo(DPO)
    /// Odds-ratio preference optimization (2403.07691); β is the paper's λ. 0.1: TRL's `ORPOConfig`.
    case orpo(beta: Double)
    /// SimPO (2405.14734).
    case simpo(SimPO)
    /// KTO (2402.01306).
    case kto(KTO)
    /// A reward model (Bradley–Terry on a scalar head).
    case reward

    /// The word that a recipe says: `sft`, `dpo`, ….
    public var method: String { kind.rawValue }

    /// The methods by their words.
    enum Kind: String, CaseIterable {
      case sft, dpo, orpo, simpo, kto, reward
    }

    var kind: Kind {
      switch self {
      case .sft: .sft
      case .dpo: .dpo
      case .orpo: .orpo
      case .simpo: .simpo
      case .kto: .kto
      case .reward: .reward
      }
    }
  }
}

extension Recipe.Objective {
  /// Decodes the section `objective` of a recipe, or its short form `objective: reward`.
  init(_ recipe: Section) {
    self = .sft
    guard let node = recipe.value("objective") else { return }
    var kind: Kind? = .sft
    var section = Section([], path: "objective", place: node.place, problems: recipe.problems)
    if case .scalar(_, isQuoted: false) = node.content, !node.isNull {
      kind = recipe.choice(node, "objective", of: Kind.self)
    } else {
      section = recipe.section(of: node, named: "objective")
      section.choice("method", &kind)
    }
    guard let kind else {
      section.isUnclear = true
      return
    }
    section.kind = "method \(kind.rawValue)"
    switch kind {
    case .sft: self = .sft
    case .dpo: self = .dpo(DPO(section))
    case .orpo:
      var beta = 0.1
      section.number("beta", &beta, .positive)
      self = .orpo(beta: beta)
    case .simpo: self = .simpo(SimPO(section))
    case .kto: self = .kto(KTO(section))
    case .reward: self = .reward
    }
  }

  var resolved: ResolvedValue {
    let fields: [ResolvedValue.Field] =
      switch self {
      case .sft, .reward: []
      case .dpo(let settings): settings.resolved
      case .orpo(let beta): [("beta", .number(beta))]
      case .simpo(let settings): settings.resolved
      case .kto(let settings): settings.resolved
      }
    return .section([("method", .text(method))] + fields)
  }
}
