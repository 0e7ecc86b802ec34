import Training

extension Recipe.Objective {
  /// Direct preference optimization (2305.18290, equation 7) and its variants.
  public struct DPO: ObjectiveSettings {
    static let method = "dpo"

    /// The function of the margin.
    public enum Loss: String, Sendable, CaseIterable {
      /// −log σ(β·margin); with label smoothing, conservative DPO.
      case sigmoid
      /// (margin − 1/(2β))² (2310.12036, equation 17).
      case ipo
      /// max(0, 1 − β·margin) (2305.10425).
      case hinge
      /// Unbiased when labels are flipped with a known probability (2403.00409).
      case robust
    }

    /// What the log-probabilities of an answer are divided by.
    public enum Normalization: String, Sendable, CaseIterable {
      /// Nothing, as in the papers.
      case none
      /// The answer's number of tokens, as TRL's IPO does.
      case tokens
    }

    /// β. 0.1: TRL's `DPOConfig`.
    public var beta = 0.1
    /// The function of the margin. sigmoid: the paper's.
    public var loss = Loss.sigmoid
    /// The share of pairs that is assumed to be the wrong way round. 0: TRL's `DPOConfig`.
    public var labelSmoothing = 0.0
    /// The path of a model to compare with; nil: the model as it was before training.
    public var reference: String?
    /// The weight with which the chosen answer's negative log-likelihood is added. 0: the paper's loss.
    public var sftWeight = 0.0
    /// What the log-probabilities are divided by, for `loss: ipo`. none: the paper's.
    public var normalize = Normalization.none

    /// The defaults.
    public init() {}
  }

  /// Direct preference optimization.
  public static func dpo(_ settings: DPO) -> Recipe.Objective { Recipe.Objective(settings) }
}

extension Recipe.Objective.DPO {
  init(_ section: Section) {
    section.number("beta", &beta, .positive)
    section.choice("loss", &loss)
    section.number("label_smoothing", &labelSmoothing, .belowHalf)
    reference = section.optionalPath("reference")
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

  var task: any LearningTask {
    PreferenceTask(lossOfPairs, reference: ReferenceModel(path: reference), sftWeight: sftWeight)
  }

  private var lossOfPairs: PreferenceLoss {
    switch loss {
    case .sigmoid: .sigmoid(beta: beta, labelSmoothing: labelSmoothing)
    case .ipo: .ipo(beta: beta, dividesByTokens: normalize == .tokens)
    case .hinge: .hinge(beta: beta)
    case .robust: .robust(beta: beta, labelSmoothing: labelSmoothing)
    }
  }
}
