extension Recipe.Objective {
  /// Direct preference optimization (2305.18290, equation 7) and its variants.
  public struct DPO: Sendable, Equatable {
    /// The function of the margin.
    public enum Loss: String, Sendable, CaseIterable {
      /// −log σ(β·margin); with label smoothing, conservative DPO.
      case sigmoid
      /// (margin − 1/(2β))² (2310.12036, equation 17).
      case ipo
      /// max(0, 1 − β·margin) (2305.10425).
      case hinge
      /// Unbiased under labels flipped with a known probability (2403.00409).
      case robust
    }

    /// What the log-probabilities of an answer are divided by.
    public enum Normalization: String, Sendable, CaseIterable {
      /// Nothing, as the papers have it.
      case none
      /// The answer's tokens, as TRL's IPO has it.
      case tokens
    }

    /// β. 0.1: TRL's `DPOConfig`.
    public var beta = 0.1
    /// The function of the margin. sigmoid: the paper's.
    public var loss = Loss.sigmoid
    /// The share of pairs that is taken to be the wrong way round. 0: TRL's `DPOConfig`.
    public var labelSmoothing = 0.0
    /// A model to compare with; nil: the model as it was before training.
    public var reference: String?
    /// What the chosen answer's negative log-likelihood is multiplied by and added. 0: the paper's loss.
    public var sftWeight = 0.0
    /// What the log-probabilities are divided by, for `loss: ipo`. none: the paper's.
    public var normalize = Normalization.none

    /// The defaults.
    public init() {}
  }

  /// SimPO (2405.14734, equation 6).
  public struct SimPO: Sendable, Equatable {
    /// β. 2: the smaller of the two that its repository's README gives.
    public var beta = 2.0
    /// The margin γ that is asked for. 1: γ/β = 0.5, where the same README advises to begin.
    public var gamma = 1.0
    /// What the chosen answer's negative log-likelihood is multiplied by and added. 0: the paper's loss.
    public var sftWeight = 0.0

    /// The defaults.
    public init() {}
  }

  /// KTO (2402.01306).
  public struct KTO: Sendable, Equatable {
    /// β. 0.1: TRL's `KTOConfig`.
    public var beta = 0.1
    /// λ of wanted answers. 1: TRL's `KTOConfig`.
    public var desirableWeight = 1.0
    /// λ of unwanted answers. 1: TRL's `KTOConfig`.
    public var undesirableWeight = 1.0
    /// A model to compare with; nil: the model as it was before training.
    public var reference: String?

    /// The defaults.
    public init() {}
  }
}

extension Recipe.Objective.DPO {
  init(_ section: Section) {
    section.number("beta", &beta, .positive)
    section.choice("loss", &loss)
    section.number("label_smoothing", &labelSmoothing, .belowHalf)
    section.text("reference", &reference)
    section.number("sft_weight", &sftWeight, .notNegative)
    section.choice("normalize", &normalize)
    if labelSmoothing > 0, loss != .sigmoid, loss != .robust {
      section.report("label_smoothing", "goes with loss sigmoid or robust, not with \(loss.rawValue).")
    }
    if normalize != .none, loss != .ipo {
      section.report("normalize", "goes with loss ipo, not with \(loss.rawValue).")
    }
  }

  var resolved: [ResolvedValue.Field] {
    [
      ("beta", .number(beta)), ("loss", .text(loss.rawValue)), ("label_smoothing", .number(labelSmoothing)),
      ("reference", reference.map { .text($0) } ?? .null), ("sft_weight", .number(sftWeight)),
      ("normalize", .text(normalize.rawValue)),
    ]
  }
}

extension Recipe.Objective.SimPO {
  init(_ section: Section) {
    section.number("beta", &beta, .positive)
    section.number("gamma", &gamma, .notNegative)
    section.number("sft_weight", &sftWeight, .notNegative)
  }

  var resolved: [ResolvedValue.Field] {
    [("beta", .number(beta)), ("gamma", .number(gamma)), ("sft_weight", .number(sftWeight))]
  }
}

extension Recipe.Objective.KTO {
  init(_ section: Section) {
    section.number("beta", &beta, .positive)
    section.number("desirable_weight", &desirableWeight, .positive)
    section.number("undesirable_weight", &undesirableWeight, .positive)
    section.text("reference", &reference)
  }

  var resolved: [ResolvedValue.Field] {
    [
      ("beta", .number(beta)), ("desirable_weight", .number(desirableWeight)),
      ("undesirable_weight", .number(undesirableWeight)), ("reference", reference.map { .text($0) } ?? .null),
    ]
  }
}
