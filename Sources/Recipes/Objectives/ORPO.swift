import Training

extension Recipe.Objective {
  /// Odds-ratio preference optimization (2403.07691).
  public struct ORPO: ObjectiveSettings {
    static let method = "orpo"

    /// The paper's λ. 0.1: TRL's `ORPOConfig`.
    public var beta = 0.1

    /// The defaults.
    public init() {}
  }

  /// Odds-ratio preference optimization; β is the paper's λ.
  public static func orpo(beta: Double) -> Recipe.Objective {
    var settings = ORPO()
    settings.beta = beta
    return Recipe.Objective(settings)
  }
}

extension Recipe.Objective.ORPO {
  init(_ section: Section) { section.number("beta", &beta, .positive) }

  var resolved: [ResolvedValue.Field] { [("beta", .number(beta))] }

  var task: any LearningTask { PreferenceTask(.orpo(lambda: beta)) }
}
