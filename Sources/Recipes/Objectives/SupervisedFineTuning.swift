import Training

extension Recipe.Objective {
  /// Supervised fine-tuning: the negative log-likelihood of the trained tokens.
  public struct SupervisedFineTuning: ObjectiveSettings {
    static let method = "sft"

    /// The defaults.
    public init() {}

    var task: any LearningTask { DemonstrationTask { .supervised } }
  }

  /// Supervised fine-tuning.
  public static var sft: Recipe.Objective { Recipe.Objective(SupervisedFineTuning()) }
}
