import Training

/// The settings of one objective: its keys in a recipe, with their defaults and conditions, and the task that it makes.
///
/// Each objective is a file in this folder and an entry of `Recipe.Objective.all`.
protocol ObjectiveSettings: Sendable, Equatable {
  /// What a recipe calls it: `sft`, `dpo`, ….
  static var method: String { get }

  /// The defaults.
  init()
  /// Decodes the keys of the section `objective`.
  init(_ section: Section)

  /// The keys with every default written out.
  var resolved: [ResolvedValue.Field] { get }
  /// What is learned, and from what.
  var task: any LearningTask { get }
}

// An objective without keys.
extension ObjectiveSettings {
  init(_ section: Section) { self.init() }

  var resolved: [ResolvedValue.Field] { [] }
}

extension ObjectiveSettings {
  /// Whether other settings are of the same method and equal.
  func isEqual(to other: any ObjectiveSettings) -> Bool { other as? Self == self }
}

extension Recipe.Objective {
  /// Every objective, in the order of messages. The first one is the default, and what a model is evaluated with is the
  /// first one for its head.
  static let all: [any ObjectiveSettings.Type] = [
    SupervisedFineTuning.self, DPO.self, ORPO.self, SimPO.self, KTO.self, RewardModeling.self,
  ]
}
