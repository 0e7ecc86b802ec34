import LanguageModels
import Training

extension Recipe.Objective {
  /// A reward model: Bradley–Terry on a scalar head (2203.02155).
  public struct RewardModeling: ObjectiveSettings {
    static let method = "reward"

    /// The defaults.
    public init() {}

    var task: any LearningTask { PreferenceTask(head: .score) { _, _ in .reward } }
  }

  /// A reward model.
  public static var reward: Recipe.Objective { Recipe.Objective(RewardModeling()) }
}
