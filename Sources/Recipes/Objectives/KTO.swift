import InstructionData
import Training

extension Recipe.Objective {
  /// Kahneman–Tversky optimization (2402.01306).
  public struct KTO: ObjectiveSettings {
    static let method = "kto"

    /// β. 0.1: TRL's `KTOConfig`.
    public var beta = 0.1
    /// λ of desirable answers. 1: TRL's `KTOConfig`.
    public var desirableWeight = 1.0
    /// λ of undesirable answers. 1: TRL's `KTOConfig`.
    public var undesirableWeight = 1.0
    /// The path of a model to compare with; nil: the model as it was before training.
    public var reference: String?

    /// The defaults.
    public init() {}
  }

  /// Kahneman–Tversky optimization.
  public static func kto(_ settings: KTO) -> Recipe.Objective { Recipe.Objective(settings) }
}

extension Recipe.Objective.KTO {
  init(_ section: Section) {
    section.number("beta", &beta, .positive)
    section.number("desirable_weight", &desirableWeight, .positive)
    section.number("undesirable_weight", &undesirableWeight, .positive)
    reference = section.optionalPath("reference")
  }

  var resolved: [ResolvedValue.Field] {
    [
      ("beta", .number(beta)), ("desirable_weight", .number(desirableWeight)),
      ("undesirable_weight", .number(undesirableWeight)), ("reference", reference.map { .text($0) } ?? .null),
    ]
  }

  var task: any LearningTask {
    let loss = KTOLoss(beta: beta, desirableWeight: desirableWeight, undesirableWeight: undesirableWeight)
    return PreferenceTask(
      purpose: .judgement, reference: ReferenceModel(path: reference), comparesMismatchedAnswers: true
    ) { reference, mismatched in
      .kto(loss, reference: reference, mismatched: mismatched)
    }
  }
}
