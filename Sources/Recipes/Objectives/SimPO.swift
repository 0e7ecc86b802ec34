import Training

extension Recipe.Objective {
  /// Simple preference optimization (2405.14734, equation 6).
  public struct SimPO: ObjectiveSettings {
    static let method = "simpo"

    /// β. 2: the smaller of the two values in its repository's README.
    public var beta = 2.0
    /// The margin γ that the loss asks for. 1: γ/β = 0.5, where the same README advises to start.
    public var gamma = 1.0
    /// The weight with which the chosen answer's negative log-likelihood is added. 0: the paper's loss.
    public var sftWeight = 0.0

    /// The defaults.
    public init() {}
  }

  /// Simple preference optimization.
  public static func simpo(_ settings: SimPO) -> Recipe.Objective { Recipe.Objective(settings) }
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

  var task: any LearningTask { PreferenceTask(.simpo(beta: beta, gamma: gamma), sftWeight: sftWeight) }
}
